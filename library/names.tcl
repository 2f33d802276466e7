# What a container is called: its host name, and the files that say so.

namespace eval ::nscg::names {
    variable rows {
        {-hostname text {}}
    }
}

proc ::nscg::names::check {options} {
    set hostname [dict get $options -hostname]
    if {[string length [encoding convertto utf-8 $hostname]] > 64
            || [regexp {[\s\0]} $hostname]} {
        return -code error -errorcode \
            [list NSCG CONTAINER VALUE -hostname] \
            "bad host name \"$hostname\": must be up to 64 bytes without blanks"
    }
    return $options
}

proc ::nscg::names::hostname {container} {
    set hostname [dict get $container options -hostname]
    return [expr {$hostname ne {} ? $hostname : [dict get $container name]}]
}

# The files are the container's own to write to, but none of its layers'.
proc ::nscg::names::make {container} {
    set hostname [hostname $container]
    set owner [::nscg::identity::outside [dict get $container options]]
    foreach {name lines} [list hostname [list $hostname] \
            hosts [linsert [loopback] end "127.0.1.1\t$hostname"]] {
        set path [file join [dict get $container folder] $name]
        set channel [open $path {WRONLY CREAT EXCL} 0o644]
        puts $channel [join $lines \n]
        close $channel
        file attributes $path -permissions 0o644
        ::nscg::rootfs::own $path $owner
    }
}

# What /etc/hosts says of every host.
proc ::nscg::names::loopback {} {
    return [list "127.0.0.1\tlocalhost" \
        "::1\tlocalhost ip6-localhost ip6-loopback"]
}

proc ::nscg::names::recipe {container} {
    set root [::nscg::rootfs::place $container]
    set readonly [dict get $container options -readonly]
    set places {}
    set mounts {}
    foreach name {hostname hosts} {
        set place [::nscg::recipe::place $container /etc/$name file]
        if {$place ne {} && ![allowed $container]} {
            continue
        }
        lappend places {*}$place
        lappend mounts [list mount bind \
            [file join [dict get $container folder] $name] /etc/$name \
            -root $root -nosuid 1 -nodev 1 -noexec 1 -readonly $readonly]
    }
    return [dict create places $places mounts $mounts \
        settings [list [list hostname [hostname $container]]]]
}

# In a user namespace nobody adds to a folder whose owner is not mapped. The
# topmost one is the container's.
proc ::nscg::names::allowed {container {path /etc/hosts}} {
    set lower [::nscg::rootfs::lower $container]
    while 1 {
        set path [file dirname $path]
        if {$path eq "/"} {
            return 1
        }
        set folder [::nscg::rootfs::under $lower $path]
        if {[file isdirectory $folder]} {
            break
        }
    }
    file stat $folder stat
    return [::nscg::identity::holds \
        [::nscg::identity::userns [dict get $container options]] $stat(uid)]
}
