# For the tests of steps: what a program says that was started after them.

# Runs PROGRAM after STEPS, with options of ns exec, and returns its output.
proc afterSteps {steps options args} {
    return [ns exec {*}$options -setup $steps -- {*}$args]
}

# The kernel's word on a process started after STEPS: the fields of its
# /proc/PID/status, each as a list.
proc statusAfter {steps args} {
    set status {}
    foreach line [split [afterSteps $steps $args cat /proc/self/status] \n] {
        regexp {^(\w+):\s*(.*)$} $line - name value
        dict set status $name [regexp -all -inline {\S+} $value]
    }
    return $status
}

# Some of those fields, in order.
proc fieldsAfter {steps names args} {
    set status [statusAfter $steps {*}$args]
    return [lmap name $names {dict get $status $name}]
}

# The calls of STEP alone, as -explain has them.
proc callsOf {step args} {
    foreach part [ns clone -explain 1 {*}$args -setup [list $step] -- true] {
        if {[dict exists $part step]} {
            return [dict get $part calls]
        }
    }
}
