# The rules of hierarchies, each kept by the kernel: they are made by mounting
# with chosen subsystems, and removed by unmounting.

source [file join [file dirname [info script]] tell.tcl]

if {![needsRoot {hierarchies mounted and the kernel's rules kept}]} {
    exit
}

# In a mnt namespace of its own, so that nothing stays mounted.
ns unshare mnt -propagation private
mount new tmpfs /mnt
foreach name {net other named} {
    file mkdir /mnt/$name
}

# A subsystem of version 1 that is in no hierarchy yet: which are they here?
set free {}
dict for {controller at} [cgroup controllers] {
    if {![dict get $at mounted] && $controller in {net_cls net_prio}} {
        lappend free $controller
    }
}
if {$free ne {net_cls net_prio}} {
    puts "(net_cls and net_prio are in use here.)"
    exit
}

tell {Rule 1: one hierarchy can have several subsystems.}
cgroup mount {net_cls net_prio} /mnt/net
puts [exec grep /mnt/net /proc/self/mountinfo]
puts [exec grep net_ /proc/cgroups]

tell {Rule 2: a subsystem that is in a hierarchy is in no other one,}
catch {cgroup mount net_cls /mnt/other} message
puts $message
tell {   while the same hierarchy may be mounted twice.}
cgroup mount {net_prio net_cls} /mnt/other
file mkdir /mnt/other/nscg-tour
puts "made in one, seen in the other: [file isdirectory /mnt/net/nscg-tour]"
cgroup umount /mnt/other

tell {Rule 3: a new hierarchy begins with every task in its topmost group.}
cgroup mount {} /mnt/named -name nscg-tour
puts "[llength [split [exec cat /mnt/named/tasks] \n]] tasks in it, and this\
    one: [dict get [cgroup of] name=nscg-tour]"

tell {   A task is in exactly one group of it: joining one leaves the other.}
foreach group {a b} {
    cgroup create /nscg-tour-$group -controllers name=nscg-tour
}
set box [ns clone -- sleep 1000]
foreach group {a b} {
    cgroup attach /nscg-tour-$group $box
    puts "in a: [exec cat /mnt/named/nscg-tour-a/tasks]; in b:\
        [exec cat /mnt/named/nscg-tour-b/tasks]"
}

tell {Rule 4: a child begins in its parent's group, and can then move alone.}
set parent [ns clone -cgroup /nscg-tour-a -- sh -c {sleep 1000 & wait}]
while {[llength [cgroup processes /nscg-tour-a]] < 2} {
    after 10
}
puts "in a: parent and child\
    [llength [exec cat /mnt/named/nscg-tour-a/tasks]]"
set child [lsearch -inline -not -exact [cgroup processes /nscg-tour-a] \
    [$parent pid]]
cgroup attach /nscg-tour-b $child
puts "moved: [exec grep name=nscg-tour: /proc/[$parent pid]/cgroup] and\
    [exec grep name=nscg-tour: /proc/$child/cgroup]"
exec kill $child
$parent wait
$parent close
exec kill [$box pid]
$box wait
$box close

tell {When the last task leaves a group, the kernel runs the hierarchy's agent,
   if the group wants it:}
set said [file join [pwd] /tmp nscg-tour-[pid]]
file mkdir $said
set agent [open $said/agent w 0755]
puts $agent "#!/bin/sh\necho \"left: \$1\" >>$said/log"
close $agent
cgroup releaseagent name=nscg-tour $said/agent
puts [cgroup releaseagent name=nscg-tour]
cgroup create /nscg-last -controllers name=nscg-tour
cgroup release /nscg-last 1
set last [ns clone -cgroup /nscg-last -- true]
$last wait
$last close
for {set i 0} {$i < 300 && ![file exists $said/log]} {incr i} {
    after 10
}
puts [exec cat $said/log]
file delete -force $said

tell {Groups keep a hierarchy alive; without them, unmounting removes it.}
foreach name {tour-a tour-b last tour} {
    cgroup delete /nscg-$name
}
puts "named: [cgroup umount /mnt/named]"
puts "net: [cgroup umount /mnt/net]"
puts [exec grep net_ /proc/cgroups]
