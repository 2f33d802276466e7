# What a group has used: processor time, the events of the processor, and the
# packets that it has sent.

source [file join [file dirname [info script]] tell.tcl]

if {![needsRoot {what a group used counted by the kernel}]} {
    exit
}

tell {Processor time, of all that ever ran in the group:}
cgroup create /nscg-tour
ns exec -cgroup /nscg-tour -- sh -c {i=0; while [ $i -lt 200000 ]; do
    i=$((i + 1)); done}
set used [dict get [cgroup stats /nscg-tour cpu] usage_usec]
puts "used more than a millisecond: [expr {$used > 1000}]"
cgroup delete /nscg-tour

# What is to be mounted is seen by this process alone.
ns unshare mnt -propagation private
mount new tmpfs /mnt
file mkdir /mnt/perf /mnt/net

tell {Events: for every process of the group, on every processor.}
set at [dict create mounted 1]
if {[dict exists [cgroup controllers] perf_event]} {
    set at [dict get [cgroup controllers] perf_event]
}
if {![dict get $at mounted]} {
    cgroup mount perf_event /mnt/perf
}
cgroup create /nscg-tour
set perf [cgroup perf /nscg-tour {task-clock context-switches page-faults}]
exec cat /etc/passwd
puts "outside nothing counts: [dict get [$perf read] page-faults count]"
ns exec -cgroup /nscg-tour -- cat /etc/passwd
puts "inside it does: [expr {
    [dict get [$perf read] page-faults count] > 0}]"
$perf close
cgroup delete /nscg-tour
if {![dict get $at mounted]} {
    cgroup umount /mnt/perf
}

tell {Packets: they bear the class of their sender's group, which the firewall
   and the queues see.}
set at {mounted 1}
if {[dict exists [cgroup controllers] net_cls]} {
    set at [dict get [cgroup controllers] net_cls]
}
if {[dict get $at mounted] || [auto_execok nft] eq {}} {
    puts "(net_cls is in use, or not in this kernel; or there is no nft.)"
    exit
}
cgroup mount net_cls /mnt/net
cgroup create /nscg-tour -controllers net_cls -set {net_cls.classid 10:1}
puts "the kernel's number: [format %#x [cgroup get /nscg-tour net_cls.classid]]"
set box [ns clone -new net -- sleep 1000]
ns exec -join [list net $box] -input {
    table ip nscg {
        chain sent {
            type filter hook output priority 0
            meta cgroup 0x100001 counter
        }
    }
} -- nft -f -
foreach group {/ /nscg-tour} {
    # Nobody answers there, but the packet is sent.
    ns exec -join [list net $box] -cgroup $group \
        -input {catch {socket 127.0.0.1 9}} -- [info nameofexecutable]
    regexp {packets (\d+)} \
        [ns exec -join [list net $box] -- nft list ruleset] - packets
    puts "from group $group: $packets packets of that class"
}
$box close
cgroup delete /nscg-tour
cgroup umount /mnt/net
