# report.tcl --
#
#       What bench.tcl has found, as a document.

# -- Numbers -------------------------------------------------------------------

proc ::bench::Quantile {name fraction} {
    variable samples
    set sorted [lsort -real [dict get $samples $name]]
    set at [expr {$fraction * ([llength $sorted] - 1)}]
    set low [expr {int($at)}]
    set below [lindex $sorted $low]
    set above [lindex $sorted [expr {min($low + 1, [llength $sorted] - 1)}]]
    return [expr {$below + ($at - $low) * ($above - $below)}]
}

proc ::bench::Median {name} {
    return [Quantile $name 0.5]
}

proc ::bench::Ratio {name base} {
    return [expr {[Median $name] / [Median $base]}]
}

# -- Tables --------------------------------------------------------------------

# Each column as wide as its widest word; the first to the left, the others,
# which are numbers, to the right.
proc ::bench::Table {rows} {
    set widths {}
    foreach word [lindex $rows 0] {
        set column [llength $widths]
        set width 3
        foreach row $rows {
            set length [string length [lindex $row $column]]
            set width [expr {max($width, $length)}]
        }
        lappend widths $width
    }
    set rule {}
    foreach width [lrange $widths 1 end] {
        lappend rule [string repeat - [expr {$width - 1}]]:
    }
    set rule [linsert $rule 0 [string repeat - [lindex $widths 0]]]
    foreach row [linsert $rows 1 $rule] {
        set align -
        foreach word $row width $widths {
            append text [format "| %$align*s " $width $word]
            set align {}
        }
        append text |\n
    }
    return $text\n
}

# A table of times: each row a name, how it reads, and for each of COLUMNS the
# name that it is compared with, or nothing. Rows that nobody ran are left out.
proc ::bench::Times {columns rows {unit 1}} {
    variable samples
    set table [list [list {microseconds} median {lower quartile} \
        {upper quartile} {*}$columns]]
    set format %.[expr {$unit == 1 ? 0 : 1}]f
    foreach {name label bases} $rows {
        if {![dict exists $samples $name]} {
            continue
        }
        set row [list $label]
        foreach fraction {0.5 0.25 0.75} {
            set time [expr {[Quantile $name $fraction] / $unit}]
            lappend row [format $format $time]
        }
        foreach base $bases {
            if {$base ne {}} {
                lappend row [format %.2f [Ratio $name $base]]
            } else {
                lappend row {}
            }
        }
        lappend table $row
    }
    return [Table $table]
}

# -- The aims ------------------------------------------------------------------

proc ::bench::Aim {text name base most} {
    set ratio [Ratio $name $base]
    return [list $text [format %.2f $ratio] [format %.2f $most] \
        [expr {$ratio <= $most ? "reached" : "MISSED"}]]
}

proc ::bench::Aims {} {
    variable options
    set crowd [dict get $options -crowd]
    set rows {{aim ratio {at most} {}}}
    foreach {mode name limit} {
        {no init} clone limit {with init} cloneInit limitInit
    } {
        lappend rows \
            [Aim "$mode: to the limit" $name $limit 1.10] \
            [Aim "$mode: to Tcl's `exec`" $name exec 1.0] \
            [Aim "$mode: to `exec unshare`" $name unshare [expr {1 / 3.0}]] \
            [Aim "$mode: with much data, to without" \
                ${name}Data $name 1.10] \
            [Aim "$mode: with $crowd containers, to none" \
                ${name}Crowd $name 1.30]
    }
    lappend rows \
        [Aim "a pair of links: to the limit" veth vethLimit 1.20] \
        [Aim "a pair of links: to the shortest `ip` script" veth vethBatch 0.20]
    lappend rows [Aim "a script in another net namespace: to the limit" \
        visit visitLimit 2.00]
    return [Table $rows]
}

# -- The machine ---------------------------------------------------------------

proc ::bench::Read {path} {
    set channel [open $path]
    try {
        return [string trim [read $channel]]
    } finally {
        close $channel
    }
}

# The first two numbers of a kernel's version; what follows them says more of who
# built it than of the kernel.
proc ::bench::Version {text} {
    return [regexp -inline {^\d+\.\d+} $text]
}

proc ::bench::Machine {} {
    variable missing
    variable busy
    set cpus [Read /proc/cpuinfo]
    set model $::tcl_platform(machine)
    regexp -line {^model name\s*:\s*(.*)$} $cpus - model
    regexp -line {^MemTotal:\s*(\d+)} [Read /proc/meminfo] - memory
    set rows {{{} {}}}
    lappend rows \
        [list date [clock format [clock seconds] -format %Y-%m-%d]] \
        [list kernel "Linux [Version $::tcl_platform(osVersion)],\
            $::tcl_platform(machine)"] \
        [list processor "$model,\
            [regexp -all -line {^processor\s} $cpus] cores"] \
        [list memory "[expr {$memory / 1048576}] GiB"] \
        [list {mounts in the namespace that is copied} \
            [llength [split [Read /proc/self/mountinfo] \n]]] \
        [list Tcl [info patchlevel]] \
        [list {load average before it} $busy] \
        [list {not here, or not able to run} \
            [expr {$missing eq {} ? "nothing" : $missing}]]
    return [Table $rows]
}

# -- The document --------------------------------------------------------------

proc ::bench::Crowd {} {
    variable options
    variable crowdTimes
    set crowd [dict get $options -crowd]
    foreach {up down} $crowdTimes {
        lappend ups [expr {$up / 1000.0}]
        lappend downs [expr {$down / 1000.0}]
    }
    set up [lindex [lsort -real $ups] [expr {[llength $ups] / 2}]]
    set down [lindex [lsort -real $downs] [expr {[llength $downs] / 2}]]
    return [format "The %d containers were started one after another in %.0f\
        ms, and closed, each\nkilled and waited for, in %.0f ms.\n\n" \
        $crowd $up $down]
}

proc ::bench::Packages {} {
    set text [Times {{to tclsh}} {
        tclsh {tclsh, an empty script} {{}}
        search {... that requires a package which is nowhere} tclsh
        require {... that requires nscg} tclsh
    }]
    append text [format "nscg adds %.1f ms to the start of tclsh, of which\
        Tcl's own search for packages\nis %.1f ms.\n" \
        [expr {([Median require] - [Median tclsh]) / 1000}] \
        [expr {([Median search] - [Median tclsh]) / 1000}]]
    return $text
}

proc ::bench::Report {} {
    variable options
    variable resident
    variable rounds
    set rounds [dict get $options -rounds]
    set crowd [dict get $options -crowd]
    set text "# What a launch costs\n\n"
    append text [Machine] [string map [list @ROUNDS $rounds] \
{`make bench BENCHFLAGS='-o FILE'` writes this. How to read it:

- One launch is a static program that does nothing, in new mnt, uts, ipc and pid
  namespaces with a /proc of its own, from the first system call until its end
  is known; `ns clone`, `wait` and `close` together. Where nothing else is said,
  each number is from @ROUNDS launches after a warm-up.
- The limit is bench/limit.c: the same system calls made by hand in C, nothing
  checked, no answer kept. It has two shapes, as `ns clone` has: the program is
  process 1 of its namespace, or a minimal init is, executed as nscg-init is: a
  process that kept the memory of the one outside would be a way out. Each shape
  is compared with its own limit. Without isolation, the limit is the program's
  own start and end: that part no one can save, and it is in every time here.
- All take turns in the same run, in an order shuffled for each round, with
  2 ms between two launches. A turn is two launches, and the second one counts:
  the first pays for what the contestant before it has left, such as the pages
  that Tcl's `exec`, which forks, has made the interpreter copy.
- `exec`, `exec unshare`, `exec bwrap` and `exec runc run` are run by the same
  interpreter as `ns clone`. Tcl's `exec` isolates nothing. bwrap and runc do
  more than was asked of them (runc also makes control groups), and are dynamic
  programs, whose own start is in their times.
- Times of programs scatter upwards: look at the median and the quartiles, and
  at ratios more than at times. A virtual machine, or a machine that does other
  things meanwhile, shifts them by some hundredths.

}]
    append text "## The aims\n\n" [Aims]
    append text "## One launch\n\n" \
        [Times {{to the limit} {to the limit with init}} {
            bare        {limit, no isolation} {limit limitInit}
            limit       {limit} {{} limitInit}
            clone       {`ns clone -init 0`} {limit {}}
            limitInit   {limit with init} {limit {}}
            cloneInit   {`ns clone`} {limit limitInit}
            exec        {Tcl's `exec`, no isolation} {limit limitInit}
            unshare     {`exec unshare`} {limit limitInit}
            bwrap       {`exec bwrap`} {limit limitInit}
            runc        {`exec runc run`} {limit limitInit}
        }]
    append text "## With much data in the interpreter: $resident MB\n\n" \
        [Times {{to without}} {
            cloneData       {`ns clone -init 0`} clone
            cloneInitData   {`ns clone`} cloneInit
            execData        {Tcl's `exec`, no isolation} exec
        }]
    append text "## With $crowd containers alive\n\n" \
        [Times {{to none} {to the limit then}} {
            limitCrowd      {limit} {limit {}}
            cloneCrowd      {`ns clone -init 0`} {clone limitCrowd}
            limitInitCrowd  {limit with init} {limitInit {}}
            cloneInitCrowd  {`ns clone`} {cloneInit limitInitCrowd}
        }] [Crowd]
    append text "## `ns exec` beside Tcl's `exec`\n\n" \
        [Times {{to exec}} {
            exec        {Tcl's `exec`} {{}}
            nsExec      {`ns exec`, no isolation} exec
            nsExecNew   {`ns exec`, the namespaces above, init} exec
        }]
    append text "## Queries\n\n" \
        [Times {{to nscg's}} {
            of          {`ns of`} {{}}
            ofTcl       {... by reading /proc/self/ns in Tcl} of
            hostname    {`ns hostname`} {{}}
            hostnameTcl {... by reading /proc/sys in Tcl} hostname
            mounts      {`mount list`} {{}}
            mountsTcl   {... by reading mountinfo in Tcl, in part} mounts
        } 100]
    append text "## A pair of links between two net namespaces\n\n" \
        [Times {{to the limit}} {
            vethLimit   {limit: bench/veth.c, the messages made by hand} {{}}
            veth        {`veth create`} vethLimit
            vethBatch   {`exec ip -batch`, one for each namespace} vethLimit
            vethIp      {`exec sh`, with `ip` for each thing} vethLimit
        }]
    append text "Each end has an IPv4 address and is up. All start from the\
        pids of two processes.\n\n"
    append text "## An empty script in another net namespace\n\n" \
        [Times {{to the limit}} {
            visitLimit  {limit: bench/visit.c, setns(2) there and home} {{}}
            visit       {`ns setns $handle -kinds net {}`} visitLimit
            visitPid    {... of a pid, which is looked up each time} visitLimit
            visitTcl    {Tcl's `uplevel 1 {}`, which moves nothing} visitLimit
        } 1000]
    append text "## The package\n\n" [Packages]
    return $text
}
