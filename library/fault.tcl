# Records and claims are read from files: what can be wrong with them.

namespace eval ::nscg::fault {}

# What is wrong with the record of NAME; empty if nothing is. It is read from a
# file, and what is done with it relies on this.
proc ::nscg::fault::of {name record} {
    if {![isdict $record]} {
        return "it is no dict"
    }
    foreach {key type} {
        name any folder any command list state any undo list created any
        owner dict options dict rootfs dict
    } {
        if {![dict exists $record $key]} {
            return "it has no \"$key\""
        }
        set value [dict get $record $key]
        if {$type ne "any" && ![string is list $value]
                || $type eq "dict" && ![isdict $value]} {
            return "bad \"$key\""
        }
    }
    set state [dict get $record state]
    if {[dict get $record name] ne $name} {
        return "it is of \"[dict get $record name]\""
    }
    if {$state ni {created running exited}} {
        return "bad \"state\""
    }
    foreach option {-rootfs -userns -env -timeout} {
        if {![dict exists $record options $option]} {
            return "bad \"options\""
        }
    }
    foreach key {method layers} {
        if {![dict exists $record rootfs $key]} {
            return "bad \"rootfs\""
        }
    }
    foreach key [dict get {created owner running {owner process} exited owner} \
            $state] {
        if {![dict exists $record $key]
                || ![isidentity [dict get $record $key]]} {
            return "bad \"$key\""
        }
    }
    if {$state eq "running" && ![dict exists $record pid]
            || $state eq "exited" && ![dict exists $record status]} {
        return "it does not say all of one that is $state"
    }
    foreach command [dict get $record undo] {
        if {![::nscg::recipe::undoes $command]} {
            return "\"[lindex [split $command] 0]\" is nothing to undo it with"
        }
    }
    return {}
}

proc ::nscg::fault::isdict {value} {
    return [expr {[string is list $value] && [llength $value] % 2 == 0}]
}

# Can VALUE be what `identity` returns?
proc ::nscg::fault::isidentity {value} {
    if {$value eq {}} {
        return 1
    }
    if {![isdict $value]} {
        return 0
    }
    foreach key {pid start boot pidns} {
        if {![dict exists $value $key]} {
            return 0
        }
    }
    return [string is digit -strict [dict get $value pid]]
}
