# What a container changed, read from its layers.

namespace eval ::nscg::diff {}

# See container diff.
proc ::nscg::diff::changes {record} {
    set changes {}
    foreach layer [dict get $record rootfs layers] {
        if {[dict get $layer kind] eq "overlay"} {
            lappend changes {*}[Folder $layer {}]
        }
    }
    return [lsort -index 1 $changes]
}

proc ::nscg::diff::Folder {layer path} {
    set changes {}
    set upper [dict get $layer upper]$path
    foreach name [concat [glob -nocomplain -tails -directory $upper *] \
            [glob -nocomplain -tails -directory $upper -types hidden *]] {
        if {$name in {. ..}} {
            continue
        }
        set below $path/$name
        file lstat $upper/$name stat
        set shown [string trimright [dict get $layer path] /]$below
        set there [expr {![catch {file lstat \
            [::nscg::rootfs::under [dict get $layer lower] $below] lower}]}]
        if {$stat(type) eq "characterSpecial"} {
            lappend changes [list D $shown]
            continue
        }
        lappend changes [list [expr {$there ? "C" : "A"}] $shown]
        if {$stat(type) eq "directory"} {
            lappend changes {*}[Folder $layer $below]
        }
    }
    return $changes
}
