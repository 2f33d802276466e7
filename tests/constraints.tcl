# What this machine lets the tests do. Each probe is a command named like its
# constraint; it tries the thing with the system's own programs, never with
# nscg, and raises an error that says why where it does not work.

namespace eval ::probe {}
source [file join [file dirname [file normalize [info script]]] cgroups.tcl]

# Returns a dict: every constraint -> empty where it is met, else the reason.
proc ::probe::all {} {
    set found {}
    foreach name [lsort [info procs ::probe::*]] {
        set constraint [namespace tail $name]
        if {$constraint eq "all" || ![string is lower -strict \
                [string index $constraint 0]]} {
            continue
        }
        set why {}
        try {
            $name
        } on error message {
            set why [string trim [string map {\n "; "} $message]]
            if {$why eq {}} {
                set why "no reason given"
            }
        }
        dict set found $constraint $why
    }
    return $found
}

# Runs a program; what it says is the reason if it fails.
proc ::probe::Run {args} {
    exec -ignorestderr timeout 20 {*}$args < /dev/null 2>@1
}

# Runs a shell script, one that stops at the first failure, behind PREFIX.
proc ::probe::Shell {prefix script} {
    Run {*}$prefix sh -euc $script
}

proc ::probe::Uid {} {
    return [exec id -u]
}

# The words before a command that an ordinary user is to run.
proc ::probe::User {} {
    if {[Uid] != 0} {
        return {}
    }
    return {setpriv --reuid 65534 --regid 65534 --clear-groups}
}

# An ordinary user becomes root in a user namespace first: the kind is there
# for the one who enters so.
proc ::probe::Namespace {args} {
    if {[Uid] != 0} {
        lappend args -r
    }
    Run unshare {*}$args true
}

proc ::probe::Need {program} {
    if {[auto_execok $program] eq {}} {
        error "there is no program \"$program\""
    }
}

proc ::probe::root {} {
    if {[Uid] != 0} {
        error "the user is [Uid]"
    }
}

proc ::probe::nonroot {} {
    if {[Uid] == 0} {
        error "the user is root"
    }
}

proc ::probe::threaded {} {
    if {![::tcl::pkgconfig get threaded]} {
        error "this Tcl is built without threads"
    }
}

# Its fork makes a copy of an interpreter.
proc ::probe::expect {} {
    if {[exec [info nameofexecutable] << {
        puts [catch {package require Expect}]
    }]} {
        error "there is no package Expect"
    }
}

proc ::probe::strace {} {
    Run strace -o /dev/null true
}

# A user namespace made by one who has no capability for it.
proc ::probe::userns {} {
    Run {*}[User] unshare -r true
}

# Another user than root can be had.
proc ::probe::setpriv {} {
    root
    Run setpriv --reuid 65534 --regid 65534 --clear-groups true
}

proc ::probe::nsCgroup {} { Namespace -C }
proc ::probe::nsIpc {} { Namespace -i }
proc ::probe::nsMnt {} { Namespace -m }
proc ::probe::nsNet {} { Namespace -n }
proc ::probe::nsPid {} { Namespace -p -f }
proc ::probe::nsTime {} { Namespace -T }
proc ::probe::nsUser {} { Namespace -U }
proc ::probe::nsUts {} { Namespace -u }

# Links, in a net namespace of their own: a kind that the kernel has.
proc ::probe::Link {script} {
    Need ip
    Shell [expr {[Uid] == 0 ? {unshare -n} : {unshare -r -n}}] $script
}

proc ::probe::linkBridge {} { Link {ip link add nscg0 type bridge} }

# The packet filter, with NAT, in the tables that nft makes.
proc ::probe::nat {} {
    Need nft
    Link {nft -f - <<END
table inet nscg {
    chain one { type nat hook postrouting priority 100; masquerade; }
    chain two { fib daddr type local drop; }
}
END}
}

proc ::probe::linkBridgeVlan {} {
    Link {ip link add nscg0 type bridge vlan_filtering 1}
}
proc ::probe::linkDummy {} { Link {ip link add nscg0 type dummy} }
proc ::probe::linkIfb {} { Link {ip link add nscg0 type ifb} }
proc ::probe::linkTap {} { Link {ip tuntap add nscg0 mode tap} }
proc ::probe::linkVeth {} { Link {ip link add nscg0 type veth peer name nscg1} }
proc ::probe::linkVrf {} { Link {ip link add nscg0 type vrf table 7} }
proc ::probe::linkVxlan {} { Link {ip link add nscg0 type vxlan id 1 dstport 4789} }

# Before some version, nobody was asked for the right to the namespace in which
# a veth's other end was put.
proc ::probe::linkPeerChecked {} {
    setpriv
    linkVeth
    Shell {unshare -n} {
        outside=$$
        ! setpriv --reuid 65534 --regid 65534 --clear-groups unshare -r -n \
            ip link add nscg0 type veth peer name nscg1 netns $outside
    }
}

proc ::probe::LinkUpon {words} {
    Link "ip link add nscg0 type veth peer name nscg1
        ip link add link nscg0 name nscg2 $words"
}

proc ::probe::linkIpvlan {} { LinkUpon {type ipvlan} }
proc ::probe::linkMacvlan {} { LinkUpon {type macvlan} }
proc ::probe::linkVlan {} { LinkUpon {type vlan id 7} }

# How links queue: the kinds that the kernel has.
proc ::probe::Qdisc {words} {
    Need tc
    Link "ip link add nscg0 type veth peer name nscg1
        tc qdisc add dev nscg0 root $words"
}

proc ::probe::qdiscFqCodel {} { Qdisc fq_codel }
proc ::probe::qdiscHtb {} { Qdisc htb }
proc ::probe::qdiscNetem {} { Qdisc {netem delay 1ms} }
proc ::probe::noNetem {} {
    root
    if {![catch {qdiscNetem}]} {
        error "this kernel has netem"
    }
}
proc ::probe::qdiscTbf {} { Qdisc {tbf rate 1mbit burst 10kb latency 50ms} }

# The upper layer lies in memory: that an overlay can lie there is the least.
proc ::probe::Overlay {prefix} {
    Shell $prefix {
        mount -t tmpfs tmpfs /tmp
        mkdir /tmp/l /tmp/u /tmp/w /tmp/m
        mount -t overlay overlay /tmp/m \
            -o lowerdir=/tmp/l,upperdir=/tmp/u,workdir=/tmp/w
    }
}

proc ::probe::overlay {} {
    root
    Overlay {unshare -m}
}

proc ::probe::overlayUserns {} {
    Overlay [list {*}[User] unshare -r -m]
}

# The program maps one's own id without a line in /etc/subuid.
proc ::probe::newuidmap {} {
    Need newuidmap
    Need newgidmap
    Shell [User] {
        unshare -U sleep 10 &
        child=$!
        trap 'kill $child' EXIT
        while [ "$(readlink /proc/$child/ns/user)" = \
                "$(readlink /proc/self/ns/user)" ]; do
            sleep 0.01
        done
        newuidmap $child 0 "$(id -u)" 1
    }
}

# What Linux can do since a version: layers of an overlay named one by one, a
# tmpfs with other ids, and with the attributes that an overlay needs there.
proc ::probe::Linux {version} {
    if {[package vcompare \
            [regexp -inline {^\d+\.\d+} $::tcl_platform(osVersion)] \
            $version] < 0} {
        error "this is Linux $::tcl_platform(osVersion)"
    }
}
proc ::probe::idmapTmpfs {} { Linux 6.3 }
proc ::probe::userXattrTmpfs {} { Linux 6.6 }
proc ::probe::lowerdirPlus {} { Linux 6.7 }

# An overlay of a user namespace can leave its marks where the tests have their
# folders.
proc ::probe::overlayMarks {} {
    set folder [scratch::make]
    try {
        if {[Uid] == 0} {
            file attributes $folder -owner 65534 -group 65534
        }
        Shell [list {*}[User] unshare -r -m] "
            cd $folder
            mkdir -p lower/d/d upper work merged
            mount -t overlay overlay merged \
                -o lowerdir=lower,upperdir=upper,workdir=work,userxattr
            rm -r merged/d
            mkdir merged/d
        "
    } finally {
        # The kernel's own folder in work/ lets not even its owner in.
        exec chmod -R u+rwx -- $folder
        exec rm -rf -- $folder
    }
}

# libcap's own programs.
proc ::probe::capsh {} {
    Need getpcaps
    Run capsh --decode=1
}

# A static busybox, of which a root file system can be made.
proc ::probe::busybox {} {
    Need busybox
    set program [lindex [auto_execok busybox] 0]
    if {![catch {exec ldd $program}]} {
        error "\"$program\" is not static"
    }
    Run $program true
}

# A Debian root, as debootstrap makes it: a folder, or a tar file.
proc ::probe::debian {} {
    if {![info exists ::env(NSCG_DEBIAN_ROOT)]} {
        error "NSCG_DEBIAN_ROOT is not set"
    }
    set path $::env(NSCG_DEBIAN_ROOT)
    if {[file isdirectory $path]} {
        Run test -x $path/usr/bin/dpkg
    } else {
        Run tar -tf $path ./usr/bin/dpkg
    }
}

# A disk with a device file, /dev/vda or a loop device.
proc ::probe::disk {} {
    foreach folder [glob -nocomplain -directory /sys/block *] {
        if {[file exists [file join /dev [file tail $folder]]]} {
            return
        }
    }
    error "there is no disk"
}

# A part of a disk. The kernel needs not know any table of them.
proc ::probe::partition {} {
    loop
    Need addpart
    Shell {unshare -m} {
        mount -t tmpfs tmpfs /tmp
        truncate -s 4M /tmp/image
        device=$(losetup -P --find --show /tmp/image)
        trap 'losetup -d "$device"' EXIT
        addpart "$device" 1 2048 2048
        delpart "$device" 1
    }
}

# A file system in a file, seen as a device.
proc ::probe::loop {} {
    root
    Need mkfs.ext4
    Shell {unshare -m} {
        mount -t tmpfs tmpfs /tmp
        truncate -s 4M /tmp/image
        device=$(losetup --find --show /tmp/image)
        losetup -d "$device"
        grep -q ext4 /proc/filesystems
    }
}
