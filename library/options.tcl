# Options by a table: the same rows check them, give the defaults and name
# them in the errors.
#
# A row is {NAME TYPE DEFAULT}. The types:
#
#     text          anything
#     name          not empty
#     bool          a boolean; 0 or 1 in the result
#     ms            milliseconds, a whole number; empty is no limit
#     size          bytes, 512K, 256M, 2G, or max; empty is not given
#     count         a whole number that is not negative, or max; or empty
#     cores         a number of processors, such as 1.5, or max; or empty
#     list          a list
#     env           a dictionary of variables of an environment
#     file          an absolute path inside a container
#     alias         DEFAULT is the name of the option that is meant

namespace eval ::nscg::options {}

# Returns {OPTIONS REST}: a dict NAME -> value of every option of ROWS, and
# the words of ARGS after them. "--" ends the options, and so does the first
# word without a dash.
proc ::nscg::options::parse {rows words} {
    set values [Defaults $rows]
    set index [dict create {*}[concat {*}[lmap row $rows {
        list [lindex $row 0] $row
    }]]]
    while {[string match -* [lindex $words 0]]} {
        set words [lassign $words option]
        if {$option eq "--"} {
            break
        }
        if {![dict exists $index $option]} {
            Unknown $option $rows
        }
        if {$words eq {}} {
            Fail VALUE $option "value for \"$option\" missing"
        }
        set words [lassign $words value]
        lassign [dict get $index $option] name type default
        if {$type eq "alias"} {
            lassign [dict get $index $default] name type
        }
        dict set values $name [Check $option $type $value]
    }
    return [list $values $words]
}

proc ::nscg::options::Defaults {rows} {
    set values {}
    foreach row $rows {
        lassign $row name type default
        if {$type ne "alias"} {
            dict set values $name $default
        }
    }
    return $values
}

proc ::nscg::options::Fail {reason option message} {
    return -level 2 -code error -errorcode \
        [list NSCG CONTAINER $reason $option] $message
}

proc ::nscg::options::Unknown {option rows} {
    set names [lsort [lmap row $rows {lindex $row 0}]]
    return -level 2 -code error -errorcode \
        [list NSCG CONTAINER OPTION $option] \
        "bad option \"$option\": must be [either $names]"
}

# NAMES as Tcl itself puts them: "a", "a or b", "a, b, or c".
proc ::nscg::options::either {names} {
    if {[llength $names] < 3} {
        return [join $names " or "]
    }
    return "[join [lrange $names 0 end-1] {, }], or [lindex $names end]"
}

# Returns VALUE as it is to be used.
proc ::nscg::options::Check {option type value} {
    set good 1
    switch -- $type {
        name { set good [expr {$value ne {}}]; set must "not be empty" }
        bool {
            set good [string is boolean -strict $value]
            set must "be a boolean"
            if {$good} { set value [expr {bool($value)}] }
        }
        ms {
            set good [expr {$value eq {} || ([string is wideinteger $value]
                && $value >= 0 && $value < 2**31)}]
            set must "be milliseconds, or empty for no limit"
        }
        size {
            set good [regexp {^(|max|\d{1,18}[KMGT]?)$} $value]
            set must "be bytes, such as 1048576, 512K, 256M or 2G, or max"
        }
        count {
            set good [regexp {^(|max|\d{1,18})$} $value]
            set must "be a whole number, or max"
        }
        cores {
            set good [expr {$value in {{} max}
                || [regexp {^\d{1,9}(\.\d*)?$|^\.\d+$} $value]
                && $value > 0}]
            set must "be a number of processors, such as 1.5, or max"
        }
        list { set good [string is list $value]; set must "be a list" }
        env {
            set must "be a dict"
            set good [expr {[string is list $value]
                && [llength $value] % 2 == 0}]
            if {$good && [lsearch -regexp [dict keys $value] {^$|=}] >= 0} {
                set good 0
                set must "have names that are not empty, without \"=\""
            }
        }
        file {
            set good [string match /* $value]
            set must "be an absolute path"
        }
    }
    if {!$good} {
        return -level 2 -code error -errorcode \
            [list NSCG CONTAINER VALUE $option] \
            "bad value \"$value\" for $option: must $must"
    }
    return $value
}
