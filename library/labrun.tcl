# What is done in a lab: programs and scripts in hosts, links that are cut.

# -- Programs ------------------------------------------------------------------

proc ::nscg::lab::do::Exec {token host args} {
    return [::nscg::lab::Launch exec $token $host $args]
}

proc ::nscg::lab::do::Start {token host args} {
    variable ::nscg::lab::labs
    set process [::nscg::lab::Launch clone $token $host $args]
    # Those that are closed by now are forgotten.
    set known [lmap other [dict get $labs $token processes] {
        if {[info commands $other] eq {}} continue
        set other
    }]
    dict set labs $token processes [concat $known [list $process]]
    return $process
}

# The script's scope is the caller's, and whatever ends it ends the caller's
# line.
proc ::nscg::lab::do::Eval {token host script} {
    set space [::nscg::lab::Space $token [::nscg::lab::Host $token $host]]
    tailcall ::nscg::ns setns $space -kinds net $script
}

# Runs `ns exec` or `ns clone`. The program sees itself on the host: its name,
# all names in /etc/hosts, and of /sys what is the host's.
proc ::nscg::lab::Launch {how token host words} {
    set space [Space $token [Host $token $host]]
    lassign [Merge $words] options program
    set command [list ::nscg::ns $how \
        -join [dict replace [dict get $options -join] net $space] \
        -new [concat {mnt uts} [dict get $options -new]] \
        {*}[dict remove $options -join -new -setup]]
    set names [Steps $token $host]
    # Where parts of /sys are hidden, the kernel shows no other one to whoever
    # is root of a user namespace alone. It refuses before the program begins.
    foreach own [list [concat $names {{mount new sysfs /sys}}] $names] {
        try {
            return [{*}$command -setup [concat $own [dict get $options \
                -setup]] -- {*}$program]
        } on error {message detail} {
            set step 0
            regexp {^step (\d+): (.*)$} $message - step rest
            if {$step > [llength $own]} {
                set message "step [expr {$step - [llength $own]}]: $rest"
            } elseif {$step > [llength $names]
                    && [lrange [dict get $detail -errorcode] 0 1]
                        eq {POSIX EPERM}} {
                continue
            }
            return -options $detail $message
        }
    }
}

# Returns {OPTIONS PROGRAM}.
proc ::nscg::lab::Merge {words} {
    set options {-join {} -new {} -setup {}}
    while {[string match -* [lindex $words 0]]} {
        set words [lassign $words option]
        if {$option eq "--"} {
            break
        }
        if {$option eq "-detach"} {
            Fail OPTION -detach "bad option \"-detach\": what runs in a lab\
                ends with it"
        }
        if {$words eq {}} {
            Fail OPTION $option "value for \"$option\" missing"
        }
        set words [lassign $words value]
        # The names on a host would be all the machine's.
        if {$option eq "-propagation" && $value in {shared unchanged}} {
            Fail OPTION -propagation "bad -propagation \"$value\": what runs in\
                a lab has mounts of its own: must be private or slave"
        }
        dict set options $option $value
    }
    if {$words eq {}} {
        Fail OPTION program "no program is given"
    }
    return [list $options $words]
}

# There must be a file for the names, and it must be nobody else's: it is made
# on a file system of its own, which is seen nowhere but where it is wanted.
proc ::nscg::lab::Steps {token host} {
    set steps [list [list hostname $host]]
    if {[file exists /etc/hosts]} {
        lappend steps {mount new tmpfs /sys} \
            [list write /sys/hosts [Names $token]] \
            {mount bind /sys/hosts /etc/hosts} {mount umount /sys}
    }
    return $steps
}

proc ::nscg::lab::Names {token} {
    variable labs
    set text [dict get $labs $token names]
    if {$text ne {}} {
        return $text
    }
    set text "127.0.0.1 localhost\n::1 localhost\n"
    foreach link [dict get $labs $token plan links] {
        foreach side {end peer} {
            if {[dict get $link $side switch]} {
                continue
            }
            foreach address [dict get $link $side addresses] {
                append text "[lindex [split $address /] 0]\
                    [dict get $link $side node]\n"
            }
        }
    }
    dict set labs $token names $text
    return $text
}

# -- Links ---------------------------------------------------------------------

# A host whose interface is set down forgets what it knew of it. So it is the
# switch's end that is set down; or one end of a cable between two hosts, whose
# routes are kept here.
proc ::nscg::lab::do::Cut {token from to} {
    foreach link [::nscg::lab::Between $token $from $to] {
        lassign [::nscg::lab::Places $token $link] space device
        if {![dict get [::nscg::link get $device -ns $space] up]} {
            continue
        }
        if {![dict get $link end switch]} {
            dict set ::nscg::lab::labs $token down [list $space $device] \
                [::nscg::route list -dev $device -ns $space]
        }
        ::nscg::link set $device -up 0 -ns $space
        ::nscg::lab::Settle $token $link
    }
}

proc ::nscg::lab::do::Restore {token from to} {
    variable ::nscg::lab::labs
    set failed {}
    foreach link [::nscg::lab::Between $token $from $to] {
        lassign [::nscg::lab::Places $token $link] space device
        ::nscg::link set $device -up 1 -ns $space
        ::nscg::lab::Settle $token $link
        if {![dict exists $labs $token down [list $space $device]]} {
            continue
        }
        set routes [dict get $labs $token down [list $space $device]]
        dict unset labs $token down [list $space $device]
        foreach route $routes {
            try {
                ::nscg::lab::PutBack $route $space
            } on error {message detail} {
                lappend failed $message $detail
            }
        }
    }
    # One that cannot be is no reason not to add the others.
    if {$failed ne {}} {
        return -options [lindex $failed 1] [lindex $failed 0]
    }
}

# Where the two ends of a link are: SPACE DEVICE PEERSPACE PEERDEVICE.
proc ::nscg::lab::Places {token link} {
    foreach side {end peer} {
        lappend places [Space $token [dict get $link $side node]] \
            [dict get $link $side device]
    }
    return $places
}

# Both ends know at once of the carrier that they have or have not.
proc ::nscg::lab::Settle {token link} {
    foreach {space device} [Places $token $link] {
        ::nscg::link wait $device -exists 1 -ns $space
    }
}

# The kernel makes those to the link's own networks itself; those by several
# ways are no single link's.
proc ::nscg::lab::PutBack {route space} {
    if {[dict get $route protocol] eq "kernel"
            || [dict exists $route nexthops]} {
        return
    }
    set options [list -onlink [expr {"onlink" in [dict get $route flags]}]]
    foreach option {dev via src metric type scope protocol mtu advmss} {
        if {[dict exists $route $option]} {
            lappend options -$option [dict get $route $option]
        }
    }
    ::nscg::route add [dict get $route dest] -replace 1 -ns $space {*}$options
}

# What is said of the links is changed, the rest stays; an empty value takes
# something away.
proc ::nscg::lab::do::Set {token from to args} {
    variable ::nscg::lab::labs
    set change [::nscg::lab::Changes $from $to $args]
    foreach link [::nscg::lab::Between $token $from $to] {
        set old [dict get $link shape]
        set new [dict filter [dict merge $old $change] value ?*]
        ::nscg::shaping::check $from $to $new
        ::nscg::shaping::probe [list $new]
        ::nscg::shaping::apply [::nscg::lab::Places $token $link] $old $new
        set links [dict get $labs $token plan links]
        lset links [lsearch -exact $links $link] \
            [dict replace $link shape $new]
        dict set labs $token plan links $links
    }
}

proc ::nscg::lab::Changes {from to words} {
    set rows {}
    foreach option [::nscg::shaping::options] {
        dict set rows -$option {}
    }
    set options [::nscg::topology::Options "link \"$from $to\"" $words $rows]
    return [dict filter $options script {option value} {
        expr {[dict exists $words -$option]}
    }]
}
