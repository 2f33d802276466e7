# What the tests of networks share: scripts in a net namespace of their own,
# that ask iproute2 what came of it.

namespace eval ::networks {
    # What a script starts with.
    variable prelude {
        set argv [lassign $argv outside]
        if {[file readlink /proc/self/ns/net] eq $outside} {
            error "this is not the network to play with"
        }
        namespace import ::nscg::*

        # JSON to lists and dicts.
        proc json {text} {
            set ::tokens [regexp -all -inline \
                {"(?:[^"\\]|\\.)*"|[][\{\}:,]|[^][\{\}:,\s"]+} $text]
            set ::at 0
            return [jsonValue]
        }
        proc jsonValue {} {
            set token [lindex $::tokens $::at]
            incr ::at
            if {$token ni {\{ \[}} {
                return [expr {[string index $token 0] eq "\""
                    ? [subst -nocommands -novariables [string range $token 1 end-1]]
                    : $token}]
            }
            set close [dict get {\{ \} \[ \]} $token]
            set found {}
            while {[lindex $::tokens $::at] ne $close} {
                if {$token eq "\{"} {
                    set key [jsonValue]
                    incr ::at
                    dict set found $key [jsonValue]
                } else {
                    lappend found [jsonValue]
                }
                if {[lindex $::tokens $::at] eq ","} {
                    incr ::at
                }
            }
            incr ::at
            return $found
        }

        # A new net namespace: the pid of a process in it.
        proc netns {args} {
            set pid [exec unshare -n {*}$args sleep 60 2>@stderr &]
            while {[file readlink /proc/$pid/ns/net] in \
                    [list [file readlink /proc/self/ns/net] $::outside]
                    || [catch {exec cat /proc/$pid/cmdline} words]
                    || ![string match sleep* $words]} {
                after 2
            }
            lappend ::sleepers $pid
            return $pid
        }

        proc waitUntil {condition} {
            for {set i 0} {$i < 500 && ![uplevel 1 [list expr $condition]]} \
                    {incr i} {
                after 10
            }
        }

        # iproute2 here, and in the net namespace of a process. A name such as
        # "a" it would take for a word of its own.
        proc ipWords {words} {
            set at [lsearch -exact $words link]
            set verb [lindex $words $at+1]
            set before [dict create add name set dev show dev delete dev]
            if {$at >= 0 && [dict exists $before $verb]
                    && [lindex $words $at+2] ni {name dev {}}} {
                set words [linsert $words $at+2 [dict get $before $verb]]
            }
            return $words
        }
        proc ip {args} {
            return [exec ip {*}[ipWords $args]]
        }
        proc ipAt {pid args} {
            return [exec nsenter --net=/proc/$pid/ns/net \
                ip {*}[ipWords $args]]
        }
        # What two scripts tell of one moment: the kernel, too, sends packets,
        # makes addresses and adds routes.
        proc both {ours theirs} {
            for {set i 0} {$i < 100} {incr i} {
                set result [list [uplevel 1 $ours] [uplevel 1 $theirs]]
                if {[uplevel 1 $ours] eq [lindex $result 0]} {
                    return $result
                }
            }
            error "it is never twice the same: $ours"
        }
        # The first thing that it tells, or all of them, as dicts.
        proc ipj {args} {
            return [lindex [ipall {*}$args] 0]
        }
        proc ipall {args} {
            return [lmap d [json [ip -d -j {*}$args]] {
                if {$d eq {}} continue
                set d
            }]
        }
        proc ipjAt {pid args} {
            return [lindex [json [ipAt $pid -d -j {*}$args]] 0]
        }
        # The values of those KEYS that DICT has; a key may be a path.
        proc pick {dict args} {
            return [lmap path $args {
                expr {[dict exists $dict {*}$path]
                    ? [dict get $dict {*}$path] : "-"}
            }]
        }
        # The names of the links of a namespace, sorted.
        proc names {{pid self}} {
            set found {}
            foreach line [split [exec cat /proc/$pid/net/dev] \n] {
                if {[regexp {^\s*([^:\s]+):} $line - name] && $name ne "lo"} {
                    lappend found $name
                }
            }
            return [lsort $found]
        }
        # The addresses that iproute2 shows of a link, but for link-local ones.
        proc addresses {name {pid {}}} {
            set dict [expr {$pid eq {} ? [ipj addr show dev $name]
                : [ipjAt $pid addr show dev $name]}]
            set found {}
            foreach info [dict get $dict addr_info] {
                if {[dict exists $info local]
                        && ![string match fe80* [dict get $info local]]} {
                    lappend found \
                        [dict get $info local]/[dict get $info prefixlen]
                }
            }
            return [lsort $found]
        }
        # Whether COMMAND is refused: its message and errorCode, on two lines.
        proc refused {args} {
            if {![catch {uplevel 1 $args} message options]} {
                return "not refused: $message"
            }
            return [string map $::pids $message]\n[dict get $options -errorcode]
        }
        proc held {} {
            set found {}
            foreach path [glob -directory /proc/self/fd *] {
                if {![catch {file readlink $path} target]
                        && [regexp {^(socket|net|user):|net/tun} $target]} {
                    lappend found $target
                }
            }
            return [lsort $found]
        }
        set sleepers {}
        set pids {}
        # The first process of all makes what stays, and so does the first
        # visit to another namespace: a descriptor of this one.
        [ns clone -- /bin/true] close
        ns setns self -kinds net {}
        set heldBefore [held]
    }
    variable coda {
        ns setns self -kinds net {}
        if {[held] ne $heldBefore} {
            puts "left open: [held]"
        }
        foreach pid $sleepers {
            exec kill -KILL $pid
        }
    }
}

# Runs SCRIPT so, behind the words of COMMAND, and returns what it wrote; if it
# failed, {status output}.
proc ::networks::Run {command script words} {
    lassign [common::Child [scratch] {} \
        [list {*}$command {*}[scratch::tclsh]] \
        [Script $script] \
        [list [file readlink /proc/self/ns/net] {*}$words]] status output
    return [Result $status $output]
}

proc ::networks::Script {script} {
    variable prelude
    variable coda
    return "$prelude\ntry {\n$script\n} finally {\n$coda\n}"
}

# Without blanks at the ends of lines, of which iproute2 writes many.
proc ::networks::Result {status output} {
    set output [regsub -all -line { +$} $output {}]
    return [expr {$status eq 0 ? $output : [list $status $output]}]
}

# As root, in a new net namespace; the SCRIPTs as one.
proc inNet {args} {
    return [networks::Run {unshare -n} [join $args \n] {}]
}

# As root, with mounts of its own, too.
proc inMountNet {script args} {
    return [networks::Run {unshare -n -m --propagation private} $script $args]
}

# As root of a new user namespace.
proc inUserNet {script args} {
    return [networks::Run {unshare -U -r -n} $script $args]
}

# As the user 1234, who owns nothing of the new net namespace.
proc asUserNet {script} {
    set folder [scratch]
    file attributes $folder -owner 1234 -group 1234
    lassign [common::Public] path tclsh
    lassign [common::Child $folder $folder [list unshare -n \
        env HOME=$folder TMPDIR=$folder TCLLIBPATH=[list $path] \
        setpriv --reuid 1234 --regid 1234 --clear-groups {*}$tclsh] \
        [networks::Script $script] [list [file readlink /proc/self/ns/net]]] \
        status output
    return [networks::Result $status $output]
}
