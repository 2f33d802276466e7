# A first container: a program that believes to be alone on a machine.
#
#       tclsh examples/first-container.tcl
#
# Its root file system is this machine's own, seen through a layer that takes
# whatever it changes.

package require nscg

proc tell {text} {
    puts "\n== $text"
}

tell "A container \"first\" is made, and starts with a program that sleeps."
nscg::container create -name first -- sleep 1000
nscg::container start first

tell "Its host name, and its idea of who it is:"
puts [nscg::container exec first hostname]
puts [nscg::container exec first id]

tell "All the processes that it can see:"
puts [nscg::container exec first sh -c {
    for folder in /proc/[0-9]*; do
        echo "${folder#/proc/} $(tr '\0' ' ' < $folder/cmdline)"
    done 2>&-
}]

tell "Its mounts:"
puts [nscg::container exec first cut -d " " -f 1-3 /proc/mounts]

tell "It writes a file and reads it:"
puts [nscg::container exec first sh -c {
    echo "written by process $$ of $(hostname)" > /etc/first
    cat /etc/first
}]

tell "Is that file on this machine? [expr {
    [file exists /etc/first] ? "Yes!" : "No."}]  What the container changed:"
foreach change [nscg::container diff first] {
    puts $change
}

tell "It is stopped and removed."
puts [nscg::container stop first -grace 200]
nscg::container remove first
