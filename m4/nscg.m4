# The part of TEA's interface that a package for Linux needs: tclConfig.sh is
# found and read, and the package goes where Tcl itself stands.

# NSCG_TCL_FOLDERS
#
#       Prints the folders that may hold tclConfig.sh, the best first. Debian
#       keeps the file itself in a multiarch folder; what it puts into
#       /usr/lib/tcl8.6 is a wrapper that needs dpkg-dev to be installed, so
#       that the multiarch folders are tried before it.
AC_DEFUN([NSCG_TCL_FOLDERS], [
nscg_tcl_folders () {
    for nscg_prefix in "$prefix" "$exec_prefix" /usr /usr/local; do
        test "$nscg_prefix" = NONE && continue
        for nscg_dir in \
            "$nscg_prefix"/lib/*-linux-*/tcl8.6 \
            "$nscg_prefix"/lib "$nscg_prefix"/lib64 \
            "$nscg_prefix"/lib/tcl8.6 "$nscg_prefix"/lib64/tcl8.6 \
            "$nscg_prefix"/lib/*-linux-* \
            "$nscg_prefix"/lib/*-linux-*/tcl9.* \
            "$nscg_prefix"/lib/tcl9.* "$nscg_prefix"/lib64/tcl9.*
        do
            AS_ECHO(["$nscg_dir"])
        done
    done
}
])

# NSCG_TCL
#
#       --with-tcl=DIR names the folder of tclConfig.sh. Reads the file,
#       refuses a Tcl older than 8.6, and finds the tclsh that belongs to it.
AC_DEFUN([NSCG_TCL], [
AC_REQUIRE([NSCG_TCL_FOLDERS])
AC_ARG_WITH([tcl],
    [AS_HELP_STRING([--with-tcl=DIR], [the folder that holds tclConfig.sh])],
    [nscg_folders=$withval
     nscg_given=yes],
    [nscg_folders=`nscg_tcl_folders`
     nscg_given=no])

AC_MSG_CHECKING([for tclConfig.sh])
TCL_CONFIG=
nscg_ifs=$IFS
IFS='
'
for nscg_dir in $nscg_folders; do
    # TEA also takes the file itself for the folder.
    case $nscg_dir in
        */tclConfig.sh) nscg_dir=`AS_DIRNAME(["$nscg_dir"])` ;;
    esac
    if test -r "$nscg_dir/tclConfig.sh"; then
        TCL_CONFIG=$nscg_dir/tclConfig.sh
        break
    fi
done
IFS=$nscg_ifs
if test -z "$TCL_CONFIG"; then
    AC_MSG_RESULT([none])
    if test $nscg_given = yes; then
        AC_MSG_ERROR([there is no tclConfig.sh in "$with_tcl"])
    fi
    AC_MSG_ERROR([Tcl's development files are missing: install tcl8.6-dev (Debian, Ubuntu), or give the folder of tclConfig.sh by --with-tcl=DIR])
fi
AC_MSG_RESULT([$TCL_CONFIG])

. "$TCL_CONFIG"
if test -z "$TCL_VERSION" || test -z "$TCL_STUB_LIB_SPEC"; then
    AC_MSG_ERROR([$TCL_CONFIG says nothing of Tcl's version or stub library])
fi
case $TCL_VERSION in
    8.6 | 9.*) ;;
    *) AC_MSG_ERROR([nscg needs Tcl 8.6 or later; $TCL_CONFIG is of $TCL_VERSION]) ;;
esac

AC_PATH_PROGS([TCLSH], [tclsh$TCL_VERSION tclsh], [no],
    [$TCL_EXEC_PREFIX/bin$PATH_SEPARATOR$PATH])
if test "$TCLSH" = no; then
    AC_MSG_ERROR([there is no tclsh$TCL_VERSION: install tcl$TCL_VERSION])
fi

AC_SUBST([TCL_CONFIG])
AC_SUBST([TCL_VERSION])
AC_SUBST([TCL_INCLUDE_SPEC])
AC_SUBST([TCL_LIB_SPEC])
AC_SUBST([TCL_STUB_LIB_SPEC])
AC_SUBST([TCL_SHLIB_CFLAGS])
AC_SUBST([TCL_SHLIB_LD])
])

# NSCG_PREFIX
#
#       Without --prefix and --exec-prefix the package goes beside Tcl, where
#       tclsh looks for packages.
AC_DEFUN([NSCG_PREFIX], [
if test "$prefix" = NONE; then
    prefix=$TCL_PREFIX
    test "$exec_prefix" = NONE && exec_prefix=$TCL_EXEC_PREFIX
elif test "$exec_prefix" = NONE; then
    exec_prefix=$prefix
fi
])

# NSCG_SYMBOLS
#
#       --enable-symbols builds for the debugger. CFLAGS given by the caller
#       stand above both, so this comes before AC_PROG_CC sets its own.
AC_DEFUN([NSCG_SYMBOLS], [
AC_ARG_ENABLE([symbols],
    [AS_HELP_STRING([--enable-symbols], [build for the debugger: -g -O0])],
    [], [enable_symbols=no])
if test "${CFLAGS+set}" != set; then
    if test "$enable_symbols" = no; then
        CFLAGS="-g -O2"
    else
        CFLAGS="-g -O0"
    fi
fi
])

# NSCG_WERROR
#
#       --enable-werror is for those who change nscg; to those who only build
#       it, a new compiler's new warning is no reason to fail.
AC_DEFUN([NSCG_WERROR], [
AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [let a warning fail the build])],
    [], [enable_werror=no])
WERROR=
test "$enable_werror" = no || WERROR=-Werror
AC_SUBST([WERROR])
])

# NSCG_LIBRARY(NAME, MODULE, PACKAGE)
#
#       Sets NAME_CFLAGS and NAME_LIBS to what pkg-config says of MODULE;
#       PACKAGE is what Debian calls it.
AC_DEFUN([NSCG_LIBRARY], [
AC_CHECK_TOOL([PKG_CONFIG], [pkg-config])
if test -z "$PKG_CONFIG"; then
    AC_MSG_ERROR([pkg-config is missing: install pkg-config])
fi
AC_MSG_CHECKING([for $2])
if $PKG_CONFIG --exists $2; then
    $1_CFLAGS=`$PKG_CONFIG --cflags $2`
    $1_LIBS=`$PKG_CONFIG --libs $2`
    nscg_version=`$PKG_CONFIG --modversion $2`
    AC_MSG_RESULT([$nscg_version])
else
    AC_MSG_RESULT([no])
    AC_MSG_ERROR([$2 is missing: install $3])
fi
AC_SUBST([$1_CFLAGS])
AC_SUBST([$1_LIBS])
])
