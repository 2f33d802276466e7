# Who is called what: /etc/hosts, and /etc/resolv.conf, of a container. They lie
# in its folder, and are written anew at each start, when the addresses are
# known.

namespace eval ::nscg::resolv {
    variable most 65536     ;# bytes of a file that are read
}

# Has the container a resolv.conf of its own? With a network that has nobody to
# ask it keeps what its root has.
proc ::nscg::resolv::own {options} {
    return [expr {[::nscg::network::mode $options] ni {none private}
        || [dict get $options -dns] ne {}
        || [dict get $options -dnssearch] ne {}}]
}

proc ::nscg::resolv::make {container} {
    if {![own [dict get $container options]]} {
        return
    }
    set path [file join [dict get $container folder] resolv.conf]
    close [open $path {WRONLY CREAT EXCL} 0o644]
    file attributes $path -permissions 0o644
    ::nscg::rootfs::own $path \
        [::nscg::identity::outside [dict get $container options]]
}

# The files for this start; PART is what network::start has found.
proc ::nscg::resolv::write {container part} {
    set options [dict get $container options]
    set folder [dict get $container folder]
    if {[own $options]} {
        Put $folder resolv.conf [Servers $options $part]
    }
    if {[::nscg::network::mode $options] in {bridge container}} {
        Put $folder hosts [Hosts $container $part]
    }
}

# The file is what the container shows: it is not replaced by another one. And
# it is not emptied first: the disk would be waited for then.
proc ::nscg::resolv::Put {folder name lines} {
    set channel [open [file join $folder $name] r+]
    try {
        fconfigure $channel -translation binary
        puts $channel [join $lines \n]
        chan truncate $channel
    } finally {
        close $channel
    }
}

# The lines of a file, as bytes. What a container has made of its own may have
# any size: of more than is sensible, only the first lines are seen.
proc ::nscg::resolv::Lines {path} {
    variable most
    try {
        set channel [open $path]
    } trap POSIX {} {
        return {}
    }
    try {
        fconfigure $channel -translation binary
        set text [read $channel $most]
        if {![eof $channel]} {
            set text [string range $text 0 [string last \n $text]]
        }
        return [split [string trimright $text \n] \n]
    } trap POSIX {} {
        return {}
    } finally {
        close $channel
    }
}

# -- /etc/resolv.conf --

proc ::nscg::resolv::Servers {options part} {
    if {[dict exists $part other]} {
        set lines [Lines [file join \
            [::nscg::record::folder [dict get $part other]] resolv.conf]]
    } else {
        set lines [Machine [::nscg::network::mode $options]]
    }
    foreach {option pattern word} {
        -dns {^\s*nameserver\s} nameserver
        -dnssearch {^\s*(?:search|domain)\s} search
    } {
        set values [dict get $options $option]
        if {$values eq {}} {
            continue
        }
        set lines [lsearch -all -inline -not -regexp $lines $pattern]
        if {$word eq "search"} {
            lappend lines "search [join $values]"
        } else {
            lappend lines {*}[lmap value $values {
                string cat "nameserver " $value
            }]
        }
    }
    return $lines
}

# This machine's. What listens at its loopback is out of a container's reach,
# unless it has the machine's network; then systemd knows whom that asks.
proc ::nscg::resolv::Machine {mode} {
    set lines [Plain [Lines /etc/resolv.conf]]
    if {$mode eq "host"} {
        return $lines
    }
    set reached [Reached $lines]
    if {[lsearch -glob $reached nameserver*] < 0} {
        set reached [Reached [Plain [Lines /run/systemd/resolve/resolv.conf]]]
    }
    return $reached
}

# Without comments, which are about the machine.
proc ::nscg::resolv::Plain {lines} {
    return [lsearch -all -inline -not -regexp $lines {^\s*([#;]|$)}]
}

proc ::nscg::resolv::Reached {lines} {
    return [lsearch -all -inline -not -regexp $lines \
        {^\s*nameserver\s+(127\.|::1\s*$|0\.0\.0\.0|fe80:|::\s*$)}]
}

# -- /etc/hosts --

proc ::nscg::resolv::Hosts {container part} {
    set hostname [encoding convertto [::nscg::names::hostname $container]]
    if {[dict exists $part other]} {
        set lines [Lines [file join \
            [::nscg::record::folder [dict get $part other]] hosts]]
        return [lappend lines "127.0.1.1\t$hostname"]
    }
    set lines [::nscg::names::loopback]
    set names [lsort -unique [list $hostname [dict get $container name]]]
    foreach address [dict get $part addresses] {
        lappend lines "[lindex [split $address /] 0]\t[join $names]"
    }
    return $lines
}

# Tells each container on the bridge the names of the others, in a part of its
# hosts that is between two lines. Who is there, LINKS say, which are all of
# this machine. The rest of the file is the container's.
proc ::nscg::resolv::acquaint {bridge links} {
    set there [::nscg::cable::there $bridge $links]
    foreach name [dict keys $there] {
        try {
            Tell $name [dict remove $there $name] [dict get $bridge name]
        } trap POSIX {} {
            # It has just gone, or has made its file one that nobody can
            # write to; that is no matter of the others.
        }
    }
}

# Tells the container NAME of OTHERS, a dict NAME -> addresses.
proc ::nscg::resolv::Tell {name others bridge} {
    variable most
    set folder [::nscg::record::folder $name]
    set file [file join $folder hosts]
    if {![file isfile $file] || [file size $file] > $most} {
        return
    }
    set lines [Lines $file]
    set known [Without $lines $bridge]
    if {$others ne {}} {
        lappend known {*}[Others $others $bridge]
    }
    if {$known ne $lines} {
        Put $folder hosts $known
    }
}

proc ::nscg::resolv::Others {others bridge} {
    set lines [list "# on the bridge $bridge:"]
    dict for {name addresses} $others {
        foreach address $addresses {
            lappend lines "$address\t$name"
        }
    }
    return [lappend lines "# end of $bridge"]
}

proc ::nscg::resolv::Without {lines bridge} {
    set first [lsearch -exact $lines "# on the bridge $bridge:"]
    set last [lsearch -exact $lines "# end of $bridge"]
    return [expr {$first >= 0 && $last > $first
        ? [lreplace $lines $first $last] : $lines}]
}

# -- The steps --

# A root's /etc/resolv.conf is often a link, to where nothing is in a
# container: what is mounted stands where it leads.
proc ::nscg::resolv::steps {container} {
    set options [dict get $container options]
    if {![own $options]} {
        return {}
    }
    set path [Led $container /etc/resolv.conf]
    # Of the host's /run the container has nothing.
    set new [expr {[dict get $options -rootfs] eq "host"
        && ![::nscg::hostview::shown $path]}]
    set place [::nscg::recipe::place $container $path file [expr {!$new}]]
    if {$place ne {} && !$new && ![::nscg::names::allowed $container $path]} {
        return {}
    }
    return [list {*}$place [list mount bind \
        [file join [dict get $container folder] resolv.conf] $path \
        -root [::nscg::rootfs::place $container] -nosuid 1 -nodev 1 -noexec 1 \
        -readonly [dict get $options -readonly]]]
}

# Where the link PATH of the container's root leads to, within that.
proc ::nscg::resolv::Led {container path} {
    set lower [::nscg::rootfs::lower $container]
    for {set i 0} {$i < 8} {incr i} {
        set file [::nscg::rootfs::under $lower $path]
        if {[::nscg::recipe::type $file] ne "link"} {
            return $path
        }
        set path [Plainly [file join [file dirname $path] \
            [file readlink $file]]]
    }
    return /etc/resolv.conf
}

# PATH without "." and "..", which lead no further up than "/".
proc ::nscg::resolv::Plainly {path} {
    set parts {}
    foreach part [file split $path] {
        switch -- $part {
            / { set parts {} }
            . {}
            .. { set parts [lrange $parts 0 end-1] }
            default { lappend parts $part }
        }
    }
    return /[join $parts /]
}
