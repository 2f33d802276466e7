# What every container has: /proc, /sys and /dev of its own, and with the
# view of the host's root, /tmp and /run.

namespace eval ::nscg::standard {
    variable rows {
        {-masked bool 1}
    }
    # Files and folders that tell of the machine, or change it, and lie in
    # file systems that namespaces do not divide. The names are Docker's.
    variable masked {
        /proc/acpi /proc/asound /proc/interrupts /proc/kcore /proc/keys
        /proc/latency_stats /proc/sched_debug /proc/scsi /proc/timer_list
        /proc/timer_stats /sys/devices/virtual/powercap /sys/firmware
    }
    variable readonly {
        /proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger
    }
    variable devices {
        null {c 1 3} zero {c 1 5} full {c 1 7} random {c 1 8} urandom {c 1 9}
        tty {c 5 0}
    }
    variable links {
        ptmx pts/ptmx fd /proc/self/fd stdin /proc/self/fd/0
        stdout /proc/self/fd/1 stderr /proc/self/fd/2
    }
}

proc ::nscg::standard::recipe {container} {
    set root [::nscg::rootfs::place $container]
    set folders {/proc /sys /dev}
    set mounts [list \
        [list mount new proc /proc -root $root \
            -nosuid 1 -nodev 1 -noexec 1] \
        [Sys $root [dict get $container options]] \
        {*}[Dev $root [dict get $container options]]]
    if {[dict get $container options -rootfs] eq "host"} {
        lappend folders /run /tmp
        lappend mounts {*}[Own $container $root]
    }
    return [dict create \
        options {-new {cgroup ipc mnt pid uts}} \
        places [concat {*}[lmap folder $folders {
            ::nscg::recipe::place $container $folder directory
        }]] \
        mounts $mounts \
        settings [linsert [Restrict $container] 0 setsid]]
}

# /sys shows the network. Who has this machine's, but is in a user namespace,
# has no right to mount that, and sees this machine's /sys.
proc ::nscg::standard::Sys {root options} {
    set flags {-readonly 1 -nosuid 1 -nodev 1 -noexec 1}
    if {[::nscg::network::sys $options]} {
        return [list mount new sysfs /sys -root $root {*}$flags]
    }
    return [list mount bind /sys /sys -root $root -recursive 1 {*}$flags]
}

# /dev, with the devices that are the same everywhere.
proc ::nscg::standard::Dev {root options} {
    variable devices
    variable links
    set steps [list [list mount new tmpfs /dev -root $root -nosuid 1 \
        -data {mode 755 size 64k}]]
    dict for {name numbers} $devices {
        if {![::nscg::identity::confined $options]} {
            lappend steps [list device /dev/$name {*}$numbers 666 -root $root]
        } else {
            # In a user namespace no device can be made: the host's is bound.
            lappend steps [list write /dev/$name {} -root $root] \
                [list mount bind /dev/$name /dev/$name -root $root \
                    -readonly 1 -nosuid 1 -noexec 1]
        }
    }
    foreach folder {pts shm mqueue} {
        lappend steps [list mkdir /dev/$folder 755 -root $root]
    }
    lappend steps \
        [list mount new devpts /dev/pts -root $root -nosuid 1 -noexec 1 \
            -data [Devpts [::nscg::identity::userns $options]]] \
        [list mount new tmpfs /dev/shm -root $root \
            -nosuid 1 -nodev 1 -noexec 1 -data {mode 1777 size 64m}] \
        [list mount new mqueue /dev/mqueue -root $root \
            -nosuid 1 -nodev 1 -noexec 1]
    dict for {name target} $links {
        lappend steps [list symlink $target /dev/$name -root $root]
    }
    return $steps
}

# Terminals belong to the group tty, where the container has it.
proc ::nscg::standard::Devpts {userns} {
    set data {newinstance {} ptmxmode 0666 mode 0620}
    if {[::nscg::identity::mapped $userns 5]} {
        lappend data gid 5
    }
    return $data
}

# In place of the host's. The containers' folders must not be seen either:
# what is below an overlay must not be changed through it.
proc ::nscg::standard::Own {container root} {
    set steps [list \
        [list mount new tmpfs /run -root $root -nosuid 1 -nodev 1 \
            -data {mode 755}] \
        [list mount new tmpfs /tmp -root $root -nosuid 1 -nodev 1 \
            -data {mode 1777}]]
    set state [file dirname [dict get $container folder]]
    if {[::nscg::hostview::shown $state]} {
        lappend steps [list mount new tmpfs $state -root $root -readonly 1 \
            -nosuid 1 -nodev 1 -noexec 1 -data {mode 700 size 4k}]
    }
    return $steps
}

# Within the container's own root, where no path leads to the host.
proc ::nscg::standard::Restrict {container} {
    variable masked
    variable readonly
    set steps {}
    if {![dict get $container options -masked]} {
        return {}
    }
    foreach path $masked {
        if {[file isdirectory $path]} {
            lappend steps [list mount new tmpfs $path -readonly 1 -nosuid 1 \
                -nodev 1 -noexec 1 -data {size 4k}]
        } elseif {[file exists $path]} {
            lappend steps [list mount bind /dev/null $path -readonly 1 \
                -nosuid 1 -noexec 1]
        }
    }
    foreach path $readonly {
        if {[file exists $path]} {
            lappend steps [list mount bind $path $path -recursive 1 \
                -readonly 1 -nosuid 1 -nodev 1 -noexec 1]
        }
    }
    return $steps
}
