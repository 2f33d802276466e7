# A root that is copied on write: an image shared read-only, a layer for the
# changes of each who uses it, and the changes listed.

source [file join [file dirname [info script]] tell.tcl]

# In a mnt namespace of this script's own, in memory: it ends with it.
ns unshare [kinds mnt]
mount new tmpfs /mnt
foreach folder {image one one.work two two.work root1 root2} {
    file mkdir /mnt/$folder
}
proc put {path text} {
    set file [open $path w]
    puts -nonewline $file $text
    close $file
}

tell {An image of three files. It is read-only from now on.}
put /mnt/image/motd welcome
put /mnt/image/old {not needed}
put /mnt/image/kept {as it is}
mount bind /mnt/image /mnt/image -readonly
catch {put /mnt/image/new x} message
puts $message

tell {Two roots upon the same image, each with a layer of its own:}
foreach n {1 2} layer {one two} {
    mount overlay /mnt/root$n -lower /mnt/image -upper /mnt/$layer \
        -work /mnt/$layer.work
    puts [exec grep -o "/mnt/root$n .* overlay" /proc/self/mountinfo]
}

tell {In the first one a file is changed, one is made, one is deleted.}
put /mnt/root1/motd {welcome to one}
put /mnt/root1/new hello
file delete /mnt/root1/old
foreach folder {image root1 root2} {
    puts "$folder: [lsort [glob -tails -directory /mnt/$folder *]];\
        motd: [exec cat /mnt/$folder/motd]"
}

tell {What its layer holds, as the kernel keeps it: a deletion is a device 0/0.}
foreach path [lsort [glob /mnt/one/*]] {
    puts [exec stat -c {%n: %F %Hr,%Lr} $path]
}

tell {The same as data; the second layer is empty:}
puts [join [mount layer /mnt/one] \n]
puts "second: [llength [mount layer /mnt/two]] changes"
