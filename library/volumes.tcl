# -volume and -tmpfs: what else is mounted in a container.

namespace eval ::nscg::volumes {
    variable rows {
        {-volume list {}}
        {-tmpfs list {}}
    }
}

proc ::nscg::volumes::check {options} {
    foreach mount [List $options] {
        if {[dict exists $mount source]} {
            set source [dict get $mount source]
            if {![file exists $source]} {
                Fail $source "cannot use \"$source\" as a volume: it is not\
                    there"
            }
        }
    }
    return $options
}

# Every mount, as dicts path, source (of a volume), readonly, data; the outer
# ones first.
proc ::nscg::volumes::List {options} {
    set mounts {}
    foreach text [dict get $options -volume] {
        lappend mounts [Volume $text]
    }
    foreach text [dict get $options -tmpfs] {
        lappend mounts [Tmpfs $text]
    }
    set mounts [lsort -command {apply {{a b} {
        string compare [dict get $a path] [dict get $b path]
    }}} $mounts]
    set last {}
    foreach mount $mounts {
        set path [dict get $mount path]
        if {$path eq $last} {
            Fail $path "two mounts at \"$path\""
        }
        set last $path
    }
    return $mounts
}

proc ::nscg::volumes::Fail {text message} {
    return -level 2 -code error \
        -errorcode [list NSCG CONTAINER VOLUME $text] $message
}

# SRC:DST, SRC:DST:ro or SRC:DST:rw.
proc ::nscg::volumes::Volume {text} {
    set words [split $text :]
    if {[llength $words] ni {2 3} || [lindex $words 0] eq {}} {
        Fail $text "bad volume \"$text\": must be SOURCE:PATH, or with :ro or\
            :rw"
    }
    lassign $words source path mode
    if {$mode ni {{} ro rw}} {
        Fail $text "bad volume \"$text\": it ends in \"$mode\", not in ro or\
            rw"
    }
    set source [file normalize $source]
    return [dict create path [Path $text $path] source $source \
        readonly [expr {$mode eq "ro"}]]
}

# PATH, or PATH:size=64m,mode=1777 with options of tmpfs.
proc ::nscg::volumes::Tmpfs {text} {
    lassign [split $text :] path words
    set data {}
    foreach word [split $words ,] {
        if {![regexp {^([a-z_]+)=(.*)$} $word - key value]} {
            Fail $text "bad tmpfs \"$text\": must be PATH or\
                PATH:OPTION=VALUE,..."
        }
        dict set data $key $value
    }
    return [dict create path [Path $text $path] \
        data [dict merge {mode 1777} $data]]
}

# A path that others cannot be mistaken for. /proc and /sys stay as they are:
# what they hide must stay hidden.
proc ::nscg::volumes::Path {text path} {
    if {![string match /* $path]} {
        Fail $text "bad path \"$path\" in \"$text\": it must begin with \"/\""
    }
    set names {}
    foreach name [split $path /] {
        if {$name eq ".."} {
            Fail $text "bad path \"$path\" in \"$text\": it has \"..\" in it"
        }
        if {$name ni {{} .}} {
            lappend names $name
        }
    }
    if {$names eq {} || [lindex $names 0] in {proc sys}} {
        Fail $text "cannot mount \"$text\": nothing can be put at\
            \"/[lindex $names 0]\" of a container or below"
    }
    return /[join $names /]
}

proc ::nscg::volumes::recipe {container} {
    set root [::nscg::rootfs::place $container]
    set covered {/dev}
    if {[dict get $container options -rootfs] eq "host"} {
        lappend covered /run /tmp
    }
    set places {}
    set steps {}
    foreach mount [List [dict get $container options]] {
        set path [dict get $mount path]
        # A mount point in what is itself mounted is made after that.
        if {[Within $path $covered]} {
            lappend steps {*}[Place $container $mount 0]
        } else {
            lappend places {*}[Place $container $mount 1]
        }
        lappend covered $path
        lappend steps [Step $mount $root]
    }
    return [dict create places $places mounts $steps]
}

# Is PATH below one of FOLDERS?
proc ::nscg::volumes::Within {path folders} {
    foreach folder $folders {
        if {$path ne $folder && [::nscg::hostview::below $path $folder]} {
            return 1
        }
    }
    return 0
}

proc ::nscg::volumes::Place {container mount lower} {
    set type directory
    if {[dict exists $mount source]
            && ![file isdirectory [dict get $mount source]]} {
        set type file
    }
    return [::nscg::recipe::place $container [dict get $mount path] $type \
        $lower]
}

proc ::nscg::volumes::Step {mount root} {
    if {[dict exists $mount source]} {
        set step [list mount bind [dict get $mount source] \
            [dict get $mount path] -root $root -recursive 1 -nosuid 1]
        if {[file isdirectory [dict get $mount source]]} {
            lappend step -nodev 1
        }
        if {[dict get $mount readonly]} {
            lappend step -readonly 1
        }
        return $step
    }
    return [list mount new tmpfs [dict get $mount path] -root $root \
        -nosuid 1 -nodev 1 -data [dict get $mount data]]
}
