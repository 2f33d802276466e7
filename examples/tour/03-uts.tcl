# UTS: a host name and a domain name of its own (N6).

source [file join [file dirname [info script]] tell.tcl]

tell {This machine's names, from the kernel's own files:}
proc names {} {
    return [exec cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname]
}
set before [names]
puts $before

tell {A process gets other names. They are set before its program starts:}
set web [ns clone -new [kinds uts] -setup {
    {hostname web1}
    {domainname example.test}
} sleep 1000]
puts [ns exec -joinall $web \
    cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname]

tell {Inside, root changes the name by the machine's own program:}
puts [ns exec -joinall $web sh -c {hostname web2; uname -n}]

tell {This machine's are what they were:}
puts "unchanged: [expr {[names] eq $before}]"

tell {Where the name is shared, a step that would change it is refused:}
catch {ns exec -setup {{hostname oops}} true} refusal
puts $refusal

tell {A container is named like its image, and a number if there are several:}
foreach image {debian alpine} {
    foreach number {1 2} {
        puts [ns exec -new [kinds uts] \
            -setup [list [list hostname $image-$number]] uname -n]
    }
}

$web close
