# A mount table of one's own, copied when it is made: what is mounted inside
# leaves the machine alone. And mountinfo as data.

source [file join [file dirname [info script]] tell.tcl]

# How many mounts a process has, by the kernel's own file.
proc count {pid} {
    set file [open /proc/$pid/mountinfo]
    set lines [split [string trim [read $file]] \n]
    close $file
    return [llength $lines]
}

tell {A program in a new mnt namespace gets a copy of this table:}
set same [ns clone -new [kinds mnt] -- sleep 1000]
puts "[count self] mounts here, [count [$same pid]] there"

tell {Another mounts something on /mnt before it starts:}
set more [ns clone -new [kinds mnt] -setup {
    {mount new tmpfs /mnt -data {size 1m mode 700} -noexec}
    {mkdir /mnt/inside}
} -- sleep 1000]
puts "[count self] mounts here, [count [$more pid]] there"

tell {What is in /mnt there, and here:}
puts "there: [ns exec -joinall $more -- ls /mnt]"
puts "here: [glob -nocomplain -tails -directory /mnt *]"

tell {Its line in the kernel's mountinfo, and the same as data:}
puts [exec grep { /mnt } /proc/[$more pid]/mountinfo]
dict for {key value} [lindex [mount list -pid $more -under /mnt] end] {
    puts "$key: $value"
}

tell {A third one unmounts /proc, for itself. Here it still is there:}
if {[needsRoot "an unmounted /proc"]} {
    puts [ns exec -new mnt -- sh -c {
        umount -l /proc; [ -e /proc/self ] || echo "no /proc inside"
    }]
}
puts "/proc here: [expr {[file exists /proc/self] ? "yes" : "no"}]"

tell {mountstats, of the first file systems:}
foreach stats [lrange [mount stats -pid $more] 0 2] {
    puts $stats
}

$same close
$more close
