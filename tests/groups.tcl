# What the tests of control groups share: where hierarchies are mounted and who
# is in a group, as the kernel says; groups with names of their own, and
# processes to put into them. All of it is gone after groups::clean.
#
#       groups::mounts                  groups::folders NAME
#       groups::name ?WORD?             groups::of PID
#       groups::start PROGRAM ?ARG ...? groups::members NAME
#       groups::alive PID               groups::state PID
#       groups::clean                   groups::left
#       groups::domain                  groups::at CONTROLLER

namespace eval ::groups {
    variable count 0
    variable started {}
}

# Returns a dict: the label of a hierarchy, as in /proc/PID/cgroup, and the
# folder where it is mounted; version 2 is "unified".
proc groups::mounts {} {
    set found {}
    foreach line [split [contents /proc/self/mountinfo] \n] {
        if {![regexp {^(?:\S+ ){3}(\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$} \
                $line - root folder type options]} {
            continue
        }
        if {$type eq "cgroup2"} {
            dict set found unified $folder
            continue
        }
        set options [split $options ,]
        foreach text [split [contents /proc/self/cgroup] \n] {
            set label [lindex [split $text :] 1]
            if {$label ne {} && [groups::Within [split $label ,] $options]} {
                dict set found $label $folder
            }
        }
    }
    return $found
}

# The hierarchy that has CONTROLLER: "cpu,cpuacct" for cpu, "unified".
proc groups::at {controller} {
    foreach label [dict keys [mounts]] {
        if {$controller in [split $label ,]} {
            return $label
        }
    }
    return unified
}

proc groups::Within {words list} {
    foreach word $words {
        if {$word ni $list} {
            return 0
        }
    }
    return 1
}

# A name that no other group has, seen from the top: /nscg-tPID-1.
proc groups::name {{word {}}} {
    variable count
    return /nscg-t[pid]-[incr count]$word
}

# Returns a dict: the hierarchies in which the group NAME is, and its folders.
proc groups::folders {name} {
    return [dict filter [dict map {label folder} [mounts] {
        string cat $folder $name
    }] script {label folder} {
        file isdirectory $folder
    }]
}

# Returns a dict: hierarchy and group, of PID.
proc groups::of {pid} {
    set found {}
    foreach line [split [string trimright [contents /proc/$pid/cgroup] \n] \n] {
        regexp {^(\d+):([^:]*):(.*)$} $line - id label path
        dict set found [expr {$id eq "0" ? "unified" : $label}] $path
    }
    return $found
}

# Returns the hierarchies in which PID is in the group NAME.
proc groups::where {pid name} {
    return [dict keys [dict filter [of $pid] value $name]]
}

# A controller of version 2 that cannot part the threads of a process: a group
# that hands it out has no processes of its own. Empty: there is none.
proc groups::domain {} {
    if {![dict exists [mounts] unified]} {
        return
    }
    set has [contents [dict get [mounts] unified]/cgroup.controllers]
    foreach controller {hugetlb memory io} {
        if {$controller in $has} {
            return $controller
        }
    }
    return
}

# The processes that are in the group NAME in all hierarchies in which it is.
proc groups::members {name} {
    set found {}
    dict for {label folder} [folders $name] {
        lappend found [lsort -integer -unique \
            [contents $folder/cgroup.procs]]
    }
    return [lsort -unique $found]
}

# Starts a program in the background, as a child of this process.
proc groups::start {args} {
    variable started
    set pid [exec {*}$args < /dev/null > /dev/null &]
    lappend started $pid
    return $pid
}

# The state of PID as /proc has it; empty if it is gone.
proc groups::state {pid} {
    return [lindex [snapshot::Process $pid] 1]
}

proc groups::alive {pid} {
    return [expr {[state $pid] ni {{} Z X}}]
}

# The groups that the tests of this process have left.
proc groups::left {} {
    set found {}
    dict for {label folder} [mounts] {
        lappend found {*}[glob -nocomplain -types d \
            -directory $folder "nscg-t[pid]-*"]
    }
    return [lsort $found]
}

# Removes the groups of this process's tests, and ends the processes that were
# started for them: those only that are still its children.
proc groups::clean {} {
    variable started
    foreach folder [left] {
        Write $folder/cgroup.freeze 0
        Write $folder/freezer.state THAWED
    }
    foreach pid $started {
        if {[lindex [snapshot::Process $pid] 2] eq [pid]} {
            catch {exec kill -KILL $pid}
        }
    }
    set started {}
    waitFor {[groups::Remove]}
    groups::Tidy
    return
}

proc groups::Remove {} {
    catch {exec true}
    foreach folder [left] {
        RemoveTree $folder
    }
    return [expr {[left] eq {}}]
}

# Without programs, which take their time under emulation.
proc groups::RemoveTree {folder} {
    foreach below [glob -nocomplain -types d -directory $folder *] {
        RemoveTree $below
    }
    catch {file delete $folder}
    return
}

proc groups::Write {file text} {
    if {[file exists $file]} {
        catch {
            set channel [open $file r+]
            puts $channel $text
        }
        catch {close $channel}
    }
    return
}

# Deleting the last child takes back what nscg has enabled above it.
proc groups::Tidy {} {
    set name [name]
    if {[dict exists [mounts] unified]
        && [dict exists [nscg::commands] {cgroup delete}]
        && ![catch {nscg::cgroup create $name}]} {
        nscg::cgroup delete $name
    }
    return
}

# Starts a process that waits in the kernel (state D), for a file system that
# was told to stand still, in mounts of its own. Returns its pid, and a file:
# groups::unstick of that lets it go. Needs the constraints loop and nsMnt.
proc groups::stuck {} {
    set folder [scratch]
    set script {
        cd "$1"
        truncate -s 4M image
        mkfs.ext4 -q image
        mkdir disk
        mount -o loop image disk
        fsfreeze -f disk
        trap 'fsfreeze -u disk' EXIT
        touch disk/x &
        echo $! > new
        mv new pid
        i=0
        while [ ! -e go ] && [ $i -lt 600 ]; do sleep 0.05; i=$((i + 1)); done
    }
    start unshare -m sh -c $script sh $folder
    waitFor {[file exists $folder/pid]}
    set pid [string trim [contents $folder/pid]]
    waitFor {[groups::state $pid] eq "D"}
    return [list $pid $folder/go]
}

proc groups::unstick {file} {
    close [open $file w]
    waitFor {[catch {exec losetup -n -O BACK-FILE | grep -F \
        [file dirname $file]}]}
    return
}
