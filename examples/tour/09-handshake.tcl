# Parent and child talk through pipes: the child waits for a word while the
# parent prepares its namespace, as one does before a veth pair is made.

source [file join [file dirname [info script]] tell.tcl]

tell {A child in namespaces of its own says that it is there, and waits.}
set child [ns clone -new [kinds net uts] -stdin pipe -stdout pipe -- sh -c {
    echo ready
    read word
    echo "I was told: $word"
    echo "my host name is $(hostname), my port range" \
        "$(cat /proc/sys/net/ipv4/ip_local_port_range)"
}]
fconfigure [$child stdin] -buffering line
puts [gets [$child stdout]]

tell {The parent looks at what the child has that is not its own:}
dict for {kind inode} [ns of $child] {
    if {![ns same self $child $kind]} {
        puts "$kind $inode; the kernel: [file readlink \
            /proc/[$child pid]/ns/$kind]"
    }
}

tell {It prepares them from outside, while the child still waits:}
ns exec -joinall $child -setup {
    {hostname prepared}
    {sysctl net.ipv4.ip_local_port_range {40000 40099}}
} -- true
puts "the child is [dict get [$child status] state]"

tell {It gives the word, and the child goes on in what it finds:}
puts [$child stdin] go
puts [gets [$child stdout]]
puts [gets [$child stdout]]
puts [dict remove [$child wait] rusage]

tell {The parent's own host name and ports are what they were:}
puts [expr {[ns hostname] eq "prepared" ? "changed" : "unchanged"}]
puts [exec cat /proc/sys/net/ipv4/ip_local_port_range]

$child close
