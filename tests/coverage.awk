# From `gcov -n` to one line a file: covered, lines, file; and the sum.

/^File '/ {
    file = substr($0, 7, length($0) - 7)
}
/^Lines executed:/ && file ~ /(generic|unix)\/[^\/]*\.c$/ {
    split($0, part, /[:% ]+/)
    sub(/^.*\/(generic|unix)\//, "", file)
    printf "%6.1f%% of %5d  %s\n", part[3], part[5], file
    lines += part[5]
    covered += part[3] * part[5] / 100
    file = ""
}
END {
    if (lines > 0) {
        printf "%6.1f%% of %5d  together\n", 100 * covered / lines, lines
    }
}
