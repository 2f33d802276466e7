# What this machine's cgroups let the tests do: more probes for
# constraints.tcl. A controller may be in a hierarchy of the first version, in
# the second, or in none; a machine with both versions is hybrid.
#
#       cgroup1 cgroup2     hierarchies of that version are mounted
#       hybrid              of both
#       cgMemory ...        the controller can be used, in either version
#       cg1Memory ...       in the first
#       cg2Memory ...       in the second
#       cgFree cgFree2      one that no hierarchy has can be mounted; two
#       cgNamed             a hierarchy can be made without a controller
#       cgAgent             and its release agent is run where we see it
#       cgKill ...          what groups of the second version can do
#
# A probe makes a group of its own, looks what is in it, and removes it. It
# changes nothing that was there before.

# Where the first hierarchy is mounted whose mountinfo ends like PATTERN.
proc ::probe::Mounted {pattern} {
    foreach line [split [scratch::bytes /proc/self/mountinfo] \n] {
        if {[regexp -- "^(?:\\S+ ){4}(\\S+) .* - $pattern\$" $line - point]} {
            return $point
        }
    }
    return {}
}

proc ::probe::Version1 {{controller cpu|cpuset|memory|pids|blkio|devices}} {
    set point [Mounted "cgroup \\S+ (?:\\S+,)?(?:$controller)(?:,\\S+)?"]
    if {$point eq {}} {
        error "it is in no mounted hierarchy of the first version"
    }
    return $point
}

proc ::probe::Version2 {} {
    set point [Mounted {cgroup2 \S+ \S+}]
    if {$point eq {}} {
        error "the second version is not mounted"
    }
    return $point
}

# Runs SCRIPT with the path of a new group, in FOLDER, in the variable group.
proc ::probe::Group {folder script} {
    root
    set group [file join $folder nscg-probe-[pid]]
    file mkdir $group
    try {
        apply [list group $script ::probe] $group
    } finally {
        file delete $group
    }
}

# A group in FOLDER has a file like PATTERN, and it can be read.
proc ::probe::Has {folder pattern} {
    Group $folder "
        set files \[glob -nocomplain -directory \$group [list $pattern]\]
        if {\$files eq {}} {
            error {groups in \"$folder\" have no $pattern}
        }
        scratch::bytes \[lindex \$files 0\]
    "
}

# The same of a controller of the second version. Where it is not enabled, it
# is enough that it could be.
proc ::probe::Enabled {controller pattern} {
    set folder [Version2]
    if {$controller ni [scratch::bytes $folder/cgroup.controllers]} {
        error "$controller is not among the controllers of \"$folder\""
    }
    root
    if {$controller in [scratch::bytes $folder/cgroup.subtree_control]} {
        Has $folder $pattern
    }
}

proc ::probe::cgroup1 {} { Group [Version1] {} }
proc ::probe::cgroup2 {} { Group [Version2] {} }

proc ::probe::hybrid {} {
    cgroup1
    cgroup2
}

# NAME, the controller in the first version and a file of its, the same in the
# second.
apply {{table} {
    foreach {name controller1 file1 controller2 file2} $table {
        proc cg1$name {} "Has \[Version1 $controller1\] $file1"
        proc cg2$name {} "Enabled $controller2 $file2"
        proc cg$name {} "if {\[catch cg1$name\]} cg2$name"
    }
} ::probe} {
    Cpu      cpu      cpu.shares             cpu     cpu.weight
    Cpuset   cpuset   cpuset.cpus            cpuset  cpuset.cpus
    Hugetlb  hugetlb  hugetlb.*.limit_in_bytes  hugetlb  hugetlb.*.max
    Memory   memory   memory.limit_in_bytes  memory  memory.max
    Pids     pids     pids.max               pids    pids.max
}

# Those of one version, or named after it.
proc ::probe::cgBlkio {} { Has [Version1 blkio] blkio.throttle.read_bps_device }
proc ::probe::cgCpuacct {} { Has [Version1 cpuacct] cpuacct.usage }
proc ::probe::cgNetCls {} { Has [Version1 net_cls] net_cls.classid }
proc ::probe::cgNetPrio {} { Has [Version1 net_prio] net_prio.ifpriomap }
proc ::probe::cgIo {} { Enabled io io.max }
proc ::probe::cg1Devices {} { Has [Version1 devices] devices.list }
proc ::probe::cg1Freezer {} { Has [Version1 freezer] freezer.state }
proc ::probe::cg2Freezer {} { Has [Version2] cgroup.freeze }
proc ::probe::cgFreezer {} { if {[catch cg1Freezer]} cg2Freezer }

proc ::probe::cg1Swap {} { Has [Version1 memory] memory.memsw.limit_in_bytes }
proc ::probe::cg1CpuIdle {} { Has [Version1 cpu] cpu.idle }
proc ::probe::cgCpuIdle {} {
    if {[catch cg1CpuIdle]} {
        Enabled cpu cpu.idle
    }
}
# Groups have weights for the scheduler, and a loop device can have it.
proc ::probe::bfqDisk {} {
    if {[catch {Has [Version1 blkio] blkio.bfq.weight}]} {
        Enabled io io.bfq.weight
    }
    Run grep -q bfq /sys/block/loop0/queue/scheduler
}
proc ::probe::cg1Bfq {} { Has [Version1 blkio] blkio.bfq.weight }

# Programs of BPF, of which no file tells.
proc ::probe::cg2Devices {} {
    cgroup2
    Run grep -qw cgroup_bpf_prog_attach /proc/kallsyms
}
proc ::probe::cgDevices {} { if {[catch cg1Devices]} cg2Devices }

# Where no hierarchy of the first version has it, the second does, unasked.
proc ::probe::cgPerfEvent {} {
    if {[catch {Version1 perf_event} folder]} {
        set folder [Version2]
        Free perf_event 1
    }
    Has $folder cgroup.procs
    scratch::bytes /proc/sys/kernel/perf_event_paranoid
}

# It is unmounted again, and without a group the hierarchy goes with that.
proc ::probe::cgFree {} {
    root
    foreach controller {net_cls net_prio perf_event} {
        if {![catch {Run grep -q "^$controller\t0\t" /proc/cgroups}]} {
            Shell {unshare -m} "
                mount -t tmpfs tmpfs /tmp
                mkdir /tmp/free
                mount -t cgroup -o $controller free /tmp/free
                umount /tmp/free
            "
            return
        }
    }
    error "net_cls, net_prio and perf_event all are in hierarchies"
}

# COUNT of CONTROLLERS are in no hierarchy. One that was just unmounted takes a
# moment to end.
proc ::probe::Free {controllers count} {
    set pattern "^(?:[join $controllers |])\t0\t"
    for {set i 0} {$i < 20} {incr i} {
        if {[regexp -all -line $pattern [scratch::bytes /proc/cgroups]]
                >= $count} {
            return
        }
        after 100
    }
    error "of $controllers, fewer than $count are in no hierarchy"
}

proc ::probe::cgFree2 {} {
    cgFree
    Free {net_cls net_prio perf_event} 2
}
proc ::probe::perfFree {} { Free perf_event 1 }

# A hierarchy of the first version that has a name and no controller.
proc ::probe::cgNamed {} {
    root
    Shell {unshare -m} "
        mount -t tmpfs tmpfs /tmp
        mkdir /tmp/named
        mount -t cgroup -o none,name=nscg-probe-[pid] named /tmp/named
        umount /tmp/named
    "
}

# The kernel runs a release agent where this process sees it.
proc ::probe::cgAgent {} {
    cgNamed
    foreach kind {mnt user cgroup} {
        if {[file readlink /proc/self/ns/$kind]
            ne [file readlink /proc/2/ns/$kind]} {
            error "this is not the kernel's own $kind namespace"
        }
    }
}

proc ::probe::cgKill {} {
    Group [Version2] {
        if {![file exists $group/cgroup.kill]} {
            error "groups have no cgroup.kill"
        }
    }
}

# A kernel that was told not to count has the files, too.
proc ::probe::cgPressure {} { Has [Version2] cpu.pressure }

proc ::probe::cgThreaded {} {
    Group [Version2] {
        exec echo threaded > $group/cgroup.type
    }
}

# A clone3(2) that takes a group; nothing but its kernel tells.
proc ::probe::cgIntoCgroup {} {
    cgroup2
    Linux 5.7
}

# Disks can be slowed down, by either version.
proc ::probe::cgDisk {} { if {[catch cgBlkio]} cgIo }

# net_cls is mounted, or can be.
proc ::probe::netCls {} {
    root
    if {[catch cgNetCls]} {
        Free net_cls 1
    }
}

# Those who see its classes.
proc ::probe::nft {} {
    root
    Need nft
    Shell {unshare -n} {
        nft add table ip t
        nft 'add chain ip t o { type filter hook output priority 0; }'
        nft add rule ip t o meta cgroup 1048577 counter
    }
}

proc ::probe::tcCgroup {} {
    root
    Need tc
    Shell {unshare -n} {
        tc qdisc add dev lo root handle 10: htb
        tc filter add dev lo parent 10: protocol ip prio 10 handle 1: cgroup
    }
}
