#!/usr/bin/env bash
# Coverage and mutation tools see the applet through the instrumentation: a line that a test runs shows covered, one that
# it doesn't run shows uncovered, and a mutant of the policy's decision dies.
set -euo pipefail
cd "$(dirname "$0")/.."
class=keyfence.applet.ExportPolicy
source=applet/src/main/java/keyfence/applet/ExportPolicy.java
test=keyfence.simulator.describe.PolicyOfACardTest
rm -rf simulator/target/site/jacoco simulator/target/pit-reports simulator/target/jacoco.exec
mvn --batch-mode --quiet -pl simulator -am -Pcoverage,mutation test -Dmutated="$class" -Dmutation.tests="$test" \
  -Dtest="$test" -Dsurefire.failIfNoSpecifiedTests=false
run=$(grep -n 'matched = true;' "$source" | cut -d: -f1)
idle=$(grep -n 'return isCovered\|isCovered(bank.bytes' "$source" | head -1 | cut -d: -f1)
python3 - "$run" "$idle" <<'PYTHON'
import re
import sys
import xml.etree.ElementTree as ET

text = open("simulator/target/site/jacoco/jacoco.xml", encoding="utf-8").read()
report = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", text))
lines = {}
for package in report.iter("package"):
    if package.get("name") == "keyfence/applet":
        for file in package.iter("sourcefile"):
            if file.get("name") == "ExportPolicy.java":
                lines = {line.get("nr"): int(line.get("ci")) for line in file.iter("line")}
        bridges = [m.get("name") for m in package.iter("method") if m.get("name").startswith("keyfence$")]
run, idle = sys.argv[1:]
if lines.get(run, 0) == 0:
    sys.exit(f"line {run} of ExportPolicy ran and doesn't show covered")
if lines.get(idle, 1) != 0:
    sys.exit(f"line {idle} of ExportPolicy didn't run and shows covered")
if bridges:
    sys.exit(f"the report shows bridges: {bridges[:3]}")
mutants = list(ET.parse("simulator/target/pit-reports/mutations.xml").iter("mutation"))
killed = [m for m in mutants if m.findtext("mutatedMethod") == "mayExportPrivate" and m.get("status") == "KILLED"]
if not killed:
    sys.exit("no mutant of mayExportPrivate died")
if any(m.findtext("mutatedMethod").startswith("keyfence$") for m in mutants):
    sys.exit("a bridge was mutated")
print(f"coverage and mutation: 4 passed, 0 failed ({len(killed)} mutants of mayExportPrivate died)")
PYTHON
