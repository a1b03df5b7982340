#!/bin/sh
# exports.sh BINARY: what is exported is what other programs read. JSON is parsed by python3, a sequence diagram
# line by line by the grammar that it uses, a graph by dot. What is not installed is left out; without python3
# the test is skipped.
set -u

[ $# -eq 1 ] || { echo 'usage: exports.sh BINARY' >&2; exit 2; }
command -v python3 >/dev/null || { echo 'no python3: skipped'; exit 77; }
binary=$1
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
failed=0

wrong()
{
    echo "$*" >&2
    failed=1
}

for name in race abba_deadlock event_notification driver_load spin_lock timeouts; do
    for format in jsonl trace mermaid dot states; do
        "$binary" export "$name" --format "$format" -o "$temp/$name.$format" ||
            wrong "$name as $format: status $?"
    done
    python3 - "$temp/$name" <<'END' || wrong "$name: see above"
import json, re, sys

base = sys.argv[1]
for line in open(base + '.jsonl', encoding='utf-8'):
    json.loads(line)
trace = json.load(open(base + '.trace', encoding='utf-8'))
stacks = {}
for event in trace['traceEvents']:
    assert isinstance(event['pid'], int) and event['ph'] in 'MXBEbeisfC', event
    assert event['ph'] in 'ME' or isinstance(event['ts'], (int, float)), event
    assert event['ph'] == 'E' or event['name'], event
    if event['ph'] == 'X':  # slices of one track follow one another or nest
        stacks.setdefault((event['pid'], event['tid']), []).append((event['ts'], event['dur']))
for slices in stacks.values():
    open_until = []
    for start, length in sorted(slices, key=lambda s: (s[0], -s[1])):
        while open_until and open_until[-1] <= start:
            open_until.pop()
        assert not open_until or start + length <= open_until[-1], (start, length)
        open_until.append(start + length)
lines = open(base + '.mermaid', encoding='utf-8').read().splitlines()
assert lines[0] == 'sequenceDiagram', lines[0]
statement = re.compile(r'    (participant \w+ as .+|(\w+)(->>|-->>|-x|--x)(\w+): [^;]+|(de)?activate \w+'
                       r'|Note (over|right of) \w+(,\w+)?: [^;]+|rect rgb\([\d, ]+\)|end)$')
known = {l.split()[1] for l in lines if l.strip().startswith('participant')}
for line in lines[1:]:
    match = statement.match(line.replace('#59;', '').replace('#35;', ''))
    assert match or not line.strip() or line.strip().startswith('%%'), line
    for who in (match.group(2), match.group(4)) if match else ():
        assert who is None or who in known, line
END
    if command -v dot >/dev/null; then
        for format in dot states; do
            dot -Tsvg -o /dev/null "$temp/$name.$format" || wrong "$name as $format: dot refuses it"
        done
    fi
done
exit $failed
