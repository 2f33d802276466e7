# What the tests of cgroup set and cgroup get share.

source [file join $common::here groups.tcl]

# {code message} of a script that must fail.
proc refusal {script} {
    if {![catch {uplevel 1 $script} message]} {
        return [list {} $message]
    }
    return [list $::errorCode $message]
}

# What FILE of the group NAME says, in the first hierarchy that has it; without
# the last newline.
proc says {name file} {
    foreach folder [dict values [groups::folders $name]] {
        if {[file exists $folder/$file]} {
            return [string trimright [contents $folder/$file] \n]
        }
    }
    error "group $name has no $file"
}

# All that is set of the group NAME, as its files have it.
proc state {name} {
    set state {}
    dict for {label folder} [groups::folders $name] {
        foreach file [lsort [glob -types f -directory $folder *.*]] {
            # What counts, and what cannot be read, is no setting.
            if {![regexp {stat|events|current|usage|peak|pressure|procs|threads|io_serv} \
                    [file tail $file]]
                && ![catch {contents $file} text]} {
                # No limit of huge pages, before and after it was set.
                dict set state $label/[file tail $file] \
                    [string map {9223372036854771712 max} $text]
            }
        }
    }
    return $state
}

# What differs between two states: the files' names.
proc differences {before after} {
    return [lmap name [dict keys $after] {
        if {[dict exists $before $name]
            && [dict get $before $name] eq [dict get $after $name]} continue
        set name
    }]
}

# A disk that is no partition, and its number.
proc disk {} {
    foreach folder [glob -nocomplain /sys/block/*] {
        if {[file exists /dev/[file tail $folder]]} {
            return [list /dev/[file tail $folder] \
                [string trim [contents $folder/dev]]]
        }
    }
    error "there is no disk"
}
