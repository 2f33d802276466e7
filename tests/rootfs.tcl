# Root file systems to run programs in.

namespace eval ::rootfs {}

# The folder of a small root file system: busybox with its applets, and the
# folders that a program expects. It is made once per run and shared: who
# writes to it asks for a copy by giving the COPY's path. Needs the
# constraint busybox.
proc rootfs {{copy {}}} {
    set path [file join $::env(NSCG_SCRATCH) rootfs]
    if {![file exists $path]} {
        rootfs::Build $path.new
        file rename $path.new $path
    }
    if {$copy eq {}} {
        return $path
    }
    exec cp -a -- $path/. $copy
    return $copy
}

proc ::rootfs::Build {root} {
    foreach folder {bin dev etc mnt old proc root run sbin sys tmp usr var} {
        file mkdir [file join $root $folder]
    }
    file attributes $root/tmp -permissions 0o1777
    set busybox [lindex [auto_execok busybox] 0]
    exec install -m 755 $busybox $root/bin/busybox
    foreach applet [split [exec $busybox --list] \n] {
        if {$applet ne "busybox"} {
            file link -symbolic $root/bin/$applet busybox
        }
    }
    Write $root/etc/passwd {
        root:x:0:0:root:/root:/bin/sh
        nobody:x:65534:65534:nobody:/:/bin/false
    }
    Write $root/etc/group {
        root:x:0:
        nogroup:x:65534:
    }
    Write $root/etc/hostname {
        rootfs
    }
}

# Writes the lines of TEXT, without their indent, to PATH.
proc ::rootfs::Write {path text} {
    set channel [open $path w]
    foreach line [split [string trim $text] \n] {
        puts $channel [string trim $line]
    }
    close $channel
}

# The folder of a Debian root, for tests to use and not to write to: what
# NSCG_DEBIAN_ROOT names, unpacked if it is a tar file. Needs the constraint
# debian.
proc debianRoot {} {
    set given $::env(NSCG_DEBIAN_ROOT)
    if {[file isdirectory $given]} {
        return $given
    }
    set path [file join $::env(NSCG_SCRATCH) debian]
    if {![file exists $path]} {
        file mkdir $path.new
        exec tar -xpf $given -C $path.new
        file rename $path.new $path
    }
    return $path
}
