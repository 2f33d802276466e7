# nscg::help: what there is, from the tables that define it.

namespace eval ::nscg::helping {
    # What the commands of an ensemble have in common, and the manual that
    # describes them.
    variable areas {
        ns {{namespaces, and processes in them} ns}
        mount {{mounts} mount}
        cgroup {{limits, accounting and control of processes} cgroup}
        caps {{capabilities} caps}
        veth {{links in pairs, the ends of a cable} veth}
        link {{links: what networks are made of} link}
        address {{addresses of links} address}
        route {{routes} route}
        neighbour {{who was found on links} route}
        qdisc {{how links queue: rates, delays, losses} qdisc}
        lab {{networks of hosts, for tests and teaching} lab}
        container {{containers, after Docker's commands} container}
    }
    # Commands of one word that nscg(n) does not describe.
    variable elsewhere {reap container}
}

# nscg::help ?COMMAND ...?
#
#       Explains a command, or lists them all.
#
#       COMMAND         a command or step, as "mount bind"; or the first word
#                       of several, as mount
#       Result          text for people
#       Errors          TCL LOOKUP INDEX command
proc ::nscg::help {args} {
    set name [join [concat {*}$args]]
    regsub {^(::)?nscg::} $name {} name
    if {$name eq {}} {
        return [helping::All]
    }
    set commands [helping::Commands]
    if {[dict exists $commands $name]} {
        return [helping::One $name [dict get $commands $name]]
    }
    set group [dict filter $commands script {command row} {
        expr {[helping::Area $command] eq $name}
    }]
    if {$group eq {}} {
        return -code error -errorcode [list TCL LOOKUP INDEX command $name] \
            "bad command \"$name\": must be one of [join \
                [helping::Near $name [dict keys $commands]] {, }]"
    }
    return [join [lmap {command row} $group {helping::One $command $row}] \n\n]
}

# All that can be explained: NAME -> dict with usage, summary, step, prompt.
proc ::nscg::helping::Commands {} {
    return [dict merge [::nscg::commands] $::nscg::described]
}

# What may be meant by NAME, which is none of NAMES: those of the same first
# word, or those that have it in them; else all first words.
proc ::nscg::helping::Near {name names} {
    set first [lindex [split $name] 0]
    set same [lmap one $names {
        expr {[lindex $one 0] eq $first ? $one : [continue]}
    }]
    set like [lmap one $names {
        expr {[string first $name $one] >= 0 ? $one : [continue]}
    }]
    foreach found [list $same $like] {
        if {$found ne {}} {
            return [lsort $found]
        }
    }
    return [lsort -unique [lmap one $names {lindex $one 0}]]
}

# The first word of NAME if it is an ensemble, else nothing.
proc ::nscg::helping::Area {name} {
    return [lrange $name 0 end-1]
}

# How NAME is typed at the prompt, after `package require nscg`.
proc ::nscg::helping::Typed {name row} {
    if {![dict get $row prompt] || [namespace which ::[lindex $name 0]] ne {}
        && [namespace origin ::[lindex $name 0]] eq "::nscg::[lindex $name 0]"} {
        return $name
    }
    return nscg::$name
}

proc ::nscg::helping::One {name row} {
    variable areas
    variable elsewhere
    set text [string trimright "[Typed $name $row] [dict get $row usage]"]
    append text "\n    [dict get $row summary]."
    if {![dict get $row prompt]} {
        append text "\n    A step of -setup."
    } elseif {[dict get $row step]} {
        append text "\n    Also a step of -setup."
    }
    append text [Options $name]
    set manual [lindex $name 0]
    if {[dict exists $areas [Area $name]]} {
        set manual [lindex [dict get $areas [Area $name]] 1]
    } elseif {[dict get $row step]} {
        set manual steps
    } elseif {[dict exists $elsewhere $name]} {
        set manual [dict get $elsewhere $name]
    } elseif {[Area $name] eq {}} {
        set manual nscg
    }
    return "$text\n    Manual: ${manual}(n)."
}

# The options of a command of the library that has many, with what they are
# unless given.
proc ::nscg::helping::Options {name} {
    if {$name ni {{container create} {container run} {container exec}}} {
        return
    }
    if {[info procs ::nscg::container::Rows] eq {}} {
        ::nscg::Read container.tcl container
    }
    set lines {}
    foreach row [lsort -index 0 [::nscg::container::Rows [lindex $name 1]]] {
        lassign $row option type default
        if {$type eq "alias"} {
            lappend lines "the same as $default"
        } elseif {$default eq {}} {
            lappend lines $type
        } else {
            lappend lines "$type, default $default"
        }
        lset lines end [format {        %-16s%s} $option [lindex $lines end]]
    }
    return "\n    Options:\n[join $lines \n]"
}

# Lines of name and summary, under TITLE.
proc ::nscg::helping::Table {title commands} {
    set lines [list $title]
    set width [tcl::mathfunc::max 18 {*}[lmap {name row} $commands {
        string length [Typed $name $row]
    }]]
    dict for {name row} $commands {
        set mark [expr {[dict get $row step] && [dict get $row prompt]
            ? "*" : " "}]
        lappend lines [format "  %s %-*s  %s" $mark $width \
            [Typed $name $row] [dict get $row summary]]
    }
    return [join $lines \n]
}

proc ::nscg::helping::Title {area} {
    variable areas
    switch -- $area {
        steps { return "steps of -setup only" }
        others { return "others" }
    }
    if {[dict exists $areas $area]} {
        return "$area: [lindex [dict get $areas $area] 0]"
    }
    return $area
}

proc ::nscg::helping::All {} {
    set groups {}
    set last [dict create steps {} others {}]
    dict for {name row} [Commands] {
        if {![dict get $row prompt]} {
            dict set last steps $name $row
        } elseif {[Area $name] eq {}} {
            dict set last others $name $row
        } else {
            dict set groups [Area $name] $name $row
        }
    }
    set parts [list "nscg::help COMMAND explains one of these. * marks what\
        is also a step of -setup."]
    dict for {area commands} [dict merge $groups $last] {
        lappend parts [Table [Title $area] $commands]
    }
    return [join $parts \n\n]
}
