#!/usr/bin/env bash
# `make cap JC_HOME=<an Oracle Java Card kit>`: compiles, converts and verifies the CAP file with the owner's own kit.
#
# Kits 3.0.5 (export files in api_export_files; class files of Java 7 at most) and 25.1 (export files inside its jars,
# -target) are told apart by that directory. The converter of 25.1 exits 0 on errors, so its exit status proves nothing:
# a CAP file, "0 errors" in the log and the verifier's word are demanded.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/target/cap
classes=$out/classes
name=keyfence

package=keyfence.applet
package_aid=A0000008040001
package_version=0.1
applets=(
  "A000000804000101 KeycardApplet"
  "A000000804000102 NdefApplet"
  "A000000804000103 CashApplet"
  "A000000804000104 IdentApplet"
)

fail() {
  printf 'make cap: %s\n' "$1" >&2
  exit "${2:-1}"
}

# A0000008... as the converter wants it: 0xA0:0x00:...
aid() {
  sed 's/../:0x&/g; s/^://' <<<"$1"
}

# Whether a log says that there were no errors ("10 errors" doesn't).
without_errors() {
  grep -Eq '(^|[^0-9])0 errors' "$1" && ! grep -Eq '(^|[^0-9])0*[1-9][0-9]* errors?' "$1"
}

[[ -n ${JC_HOME:-} ]] || fail 'say where the Java Card kit is: make cap JC_HOME=<directory of kit 3.0.5u3 or 25.1>' 2
[[ -d $JC_HOME/lib ]] || fail "$JC_HOME has no lib directory: not a Java Card kit" 2
kit=$(cd "$JC_HOME" && pwd)

classpath=
api=()
shopt -s nullglob
for jar in "$kit"/lib/*.jar; do
  case ${jar##*/} in
  api_classic*annotations*) ;;
  api_classic*) api+=("$jar") ;;
  *) classpath+=${classpath:+:}$jar ;;
  esac
done
[[ -n $classpath ]] || fail "$kit/lib has no jars besides the API" 2
((${#api[@]})) || fail "$kit/lib has no api_classic*.jar" 2
# Several API levels: the lowest one is the one every card has.
api_jar=$(printf '%s\n' "${api[@]}" | sort -V | head -n 1)

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
# JDK 8 calls itself 1.8; JAVA_TOOL_OPTIONS adds lines of its own.
jdk=$("$javac" -version 2>&1 | sed -nE 's/^javac (1\.)?([0-9]+).*/\2/p') || true
[[ $jdk =~ ^[0-9]+$ ]] || fail 'no javac: set JAVA_HOME to a JDK' 3

# A jar's directory holds the names as they are.
has_class() {
  local IFS=: jar
  for jar in $classpath; do
    grep -aFq "$1" "$jar" && return 0
  done
  return 1
}
has_class com/sun/javacard/converter/Main.class || fail "no converter in $kit/lib" 2
has_class com/sun/javacard/offcardverifier/Verifier.class || fail "no verifier in $kit/lib" 2

if [[ -d $kit/api_export_files ]]; then
  generation=3.0.5
  ((jdk <= 19)) || fail "kit 3.0.5 takes class files of Java 7, which JDK $jdk can't make: set JAVA_HOME to JDK 8 to 19" 3
  level=(-source 7 -target 7)
  machine=("-Djc.home=$kit")
  convert=(-exportpath "$kit/api_export_files")
  verify=()
  mapfile -t exports < <(find "$kit/api_export_files" -name '*.exp' | sort)
  ((${#exports[@]})) || fail "$kit/api_export_files has no export files" 2
else
  generation=25.1
  ((jdk >= 9)) || fail "JDK $jdk is too old: 9 or later" 3
  level=(--release 8)
  machine=()
  convert=(-target 3.0.4)
  verify=(-target 3.0.4)
  exports=()
fi

echo "kit $generation in $kit, API ${api_jar##*/}, JDK $jdk"
rm -rf "$out"
mkdir -p "$classes"
# -g: without it bad code slips through the converter. Against the kit's own API: what only a simulator has fails here.
"$javac" "${level[@]}" -g -nowarn -Xlint:-options -proc:none -encoding UTF-8 -classpath "$api_jar" -d "$classes" \
  "$root"/applet/src/main/java/keyfence/applet/*.java || fail "the applet doesn't compile against ${api_jar##*/}"

arguments=()
for applet in "${applets[@]}"; do
  read -r id class <<<"$applet"
  [[ -f $classes/keyfence/applet/$class.class ]] || fail "no class $class"
  arguments+=(-applet "$(aid "$id")" "$package.$class")
done

status=0
"$java" ${machine[@]+"${machine[@]}"} -classpath "$classpath" com.sun.javacard.converter.Main "${convert[@]}" \
  -classdir "$classes" -d "$out" -out CAP EXP JCA "${arguments[@]}" \
  "$package" "$(aid "$package_aid")" "$package_version" >"$out/converter.log" 2>&1 || status=$?
cat "$out/converter.log"
((status == 0)) || fail "the converter failed (exit $status)"
without_errors "$out/converter.log" || fail 'the converter reported errors'
cap=$out/keyfence/applet/javacard/applet.cap
[[ -s $cap ]] || fail 'the converter made no CAP file'
[[ -s ${cap%.cap}.exp ]] || fail 'the converter made no export file'

status=0
"$java" ${machine[@]+"${machine[@]}"} -classpath "$classpath" com.sun.javacard.offcardverifier.Verifier \
  ${verify[@]+"${verify[@]}"} ${exports[@]+"${exports[@]}"} "${cap%.cap}.exp" "$cap" >"$out/verifier.log" 2>&1 || status=$?
cat "$out/verifier.log"
((status == 0)) || fail "the verifier refused the CAP file (exit $status)"
without_errors "$out/verifier.log" || fail 'the verifier reported errors'

cp "$cap" "$out/$name.cap"
printf 'target/cap/%s.cap, %s bytes, SHA-256 %s\n' "$name" "$(wc -c <"$out/$name.cap" | tr -d ' ')" \
  "$(sha256sum "$out/$name.cap" | cut -d' ' -f1)"
# What is loaded: every component but the debugging one and the descriptor.
if command -v unzip >/dev/null; then
  unzip -l "$cap" '*.cap' | awk '$4 ~ /\.cap$/ && $4 !~ /(Debug|Descriptor)\.cap$/ { sum += $1 }
    END { printf "load data %d bytes (the class of cards we aim at takes 16384)\n", sum }'
fi
