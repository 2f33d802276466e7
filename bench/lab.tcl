# lab.tcl --
#
#       The part of bench.tcl on labs: stars of 100 to 1000 hosts, made and
#       removed. All is in namespaces of the bench's own.

namespace eval ::bench {
    variable stars {100 200 400 700 1000}
    # Name, who is asked, how a star of a size is made, and how it is removed.
    variable makers {
        star    star    {create %d}     delete
        lab     stars   star::lab%d     star::unlab
        ip      stars   star::ip%d      star::unip
    }
}

# -- The run -----------------------------------------------------------------------

# It has a /run of its own, for ip's names of namespaces.
proc ::bench::Alone {args} {
    return [list unshare -n -m --propagation private sh -euc {
        mount -t tmpfs none /run
        exec "$@"
    } - {*}$args]
}

proc ::bench::StartStars {} {
    variable here
    variable folder
    Start star {*}[Alone [file join $folder star]]
    Start stars {*}[Alone [info nameofexecutable] \
        [file join $here contestant.tcl] $folder 0 0]
    Answer stars
}

# Whether the kernel is freeing net namespaces, by the name of who does it.
proc ::bench::Freeing {} {
    foreach file [glob -nocomplain /proc/\[0-9\]*/comm] {
        try {
            if {[string match kworker/*+netns* [Read $file]]} {
                return 1
            }
        } trap POSIX {} {
        }
    }
    return 0
}

# Waits until it has not for a while, ten seconds at most.
proc ::bench::Quiet {} {
    for {set i 0; set quiet 0} {$i < 100 && $quiet < 4} {incr i} {
        after 100
        set quiet [expr {[Freeing] ? 0 : $quiet + 1}]
    }
}

# Makes and removes one. The kernel frees namespaces when it finds time; the
# next one waits for that, so that nobody pays for another.
proc ::bench::Star {name size} {
    variable makers
    foreach {maker who make remove} $makers {
        if {$maker eq $name} {
            set up [Ask $who [format $make $size]]
            after 50
            set down [Ask $who $remove]
            Quiet
            return [list $up $down]
        }
    }
}

proc ::bench::KeepStar {name size} {
    lassign [Star $name $size] up down
    Keep $name$size [expr {$up + $down}]
    Keep $name$size-up $up
    Keep $name$size-down $down
}

proc ::bench::RunStars {} {
    variable options
    variable stars
    set rounds [expr {max([dict get $options -rounds] / 15, 3)}]
    RaiseLimit
    StartStars
    foreach name {star lab ip} {
        Star $name 100
    }
    for {set round 0} {$round < $rounds} {incr round} {
        foreach name [Shuffled {star lab ip}] {
            KeepStar $name 100
        }
    }
    for {set round 0} {$round < max($rounds / 4, 3)} {incr round} {
        foreach size [Shuffled [lrange $stars 1 end]] {
            foreach name [Shuffled {star lab}] {
                KeepStar $name $size
            }
        }
    }
    Stop star
    Stop stars
}

# -- The document ------------------------------------------------------------------

proc ::bench::StarAims {} {
    set last [lindex $::bench::stars end]
    set growth [expr {[Ratio lab$last lab100] / ($last / 100.0)}]
    return [Table [list {aim ratio {at most} {}} \
        [Aim "a star of 100: to the limit" lab100 star100 1.3] \
        [list "a host of $last, to one of 100" [format %.2f $growth] 1.50 \
            [expr {$growth <= 1.5 ? "reached" : "MISSED"}]]]]
}

# A line for each size and maker, as long as it took.
proc ::bench::Curve {} {
    variable stars
    set most 0
    foreach size $stars {
        set most [expr {max($most, [Median lab$size], [Median star$size])}]
    }
    set text "```\n hosts              ms   us a host\n"
    foreach size $stars {
        foreach {name label} {star limit lab lab} {
            set time [Median $name$size]
            append text [format "%6s  %-5s %8.0f %8.0f    %s\n" \
                [expr {$name eq "star" ? $size : ""}] $label \
                [expr {$time / 1000}] [expr {$time / $size}] \
                [string repeat * [expr {max(1, round(40 * $time / $most))}]]]
        }
    }
    return "$text```\n"
}

proc ::bench::StarReport {} {
    variable options
    set rounds [expr {max([dict get $options -rounds] / 15, 3)}]
    set text "# What a lab costs\n\n"
    append text [Machine] [string map [list @ROUNDS $rounds] \
{`make bench BENCHFLAGS='-only lab -o FILE'` writes this. How to read it:

- A star: hosts around a switch, each in a net namespace of its own, with a link
  to the switch, an IPv4 and an IPv6 address, all up and used at once; made, and
  removed until no link is left. @ROUNDS rounds of 100 hosts, fewer of the others.
- The limit is bench/star.c: the same requests made by hand in C, with one socket
  in each namespace. ip is given its commands in as few calls as it takes
  (`-batch`); it leaves out the settings of the namespaces.
- Nearly all of it is the kernel's. Namespaces are freed after the end of what is
  measured, and that is waited for.
- All take turns, in an order shuffled for each round.

}]
    append text "## The aims\n\n" [StarAims] "## A star of 100\n\n" \
        [Times {{to the limit}} {
            star100         {limit, made and removed} {{}}
            lab100          {`nscg::lab`, made and removed} star100
            ip100           {`ip -batch`, made and removed} star100
            star100-up      {limit, made} {{}}
            lab100-up       {`nscg::lab`, made} star100-up
            ip100-up        {`ip -batch`, made} star100-up
            star100-down    {limit, removed} {{}}
            lab100-down     {`nscg::lab`, removed} star100-down
            ip100-down      {`ip -batch`, removed} star100-down
        }] "## The curve\n\nMade and removed:\n\n" [Curve]
    return $text
}
