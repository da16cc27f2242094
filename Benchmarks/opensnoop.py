# SPDX-License-Identifier: Apache-2.0
# What Benchmarks/opensnoop runs, in a mount namespace of its own. Arguments: a directory with the programs, and the number of runs.
import os, resource, signal, statistics, subprocess, sys, time

work, runs = sys.argv[1], int(sys.argv[2])
EVENTS = 100_000
# The peer needs tracefs in its place; the namespace is ours alone.
subprocess.run(["mount", "-t", "tracefs", "tracefs", "/sys/kernel/tracing"], check=True)
subprocess.run(["mount", "-t", "debugfs", "debugfs", "/sys/kernel/debug"], check=False)
target = os.path.join(work, "a-file-to-open")
open(target, "w").close()


def children():
    """CPU seconds of all children that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def interrupt(process):
    """Ends a tool; answers its usage and its peak in KiB. (The peak that wait4 tells would count this script's memory.)"""
    with open(f"/proc/{process.pid}/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    process.send_signal(signal.SIGINT)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage, peak


def burst(tool):
    """One burst: microseconds of CPU an event, lost events in a hundred, nanoseconds that an open took, peak KiB."""
    opener = subprocess.Popen([os.path.join(work, "burst"), str(EVENTS), target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    output = os.path.join(work, "output")
    with open(output, "w") as file:
        process = subprocess.Popen([os.path.join(work, tool), "-p", str(opener.pid)], stdout=file, stderr=subprocess.DEVNULL)
        time.sleep(1)
        opener.stdin.write("\n")
        opener.stdin.flush()
        cost = int(opener.stdout.readline())
        time.sleep(0.5)
        usage, peak = interrupt(process)
    opener.stdin.close()
    opener.wait()
    with open(output) as file:
        seen = sum(target in line for line in file)
    return (usage.ru_utime + usage.ru_stime) / EVENTS * 1e6, (EVENTS - seen) / EVENTS * 100, cost, peak


def first_line(tool):
    """Seconds from the start to the first event on a pipe, while files are being opened all the time; and peak KiB."""
    opener = subprocess.Popen([os.path.join(work, "burst"), "1", target], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    began = time.monotonic()
    process = subprocess.Popen([os.path.join(work, tool), "-p", str(opener.pid)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    os.set_blocking(process.stdout.fileno(), False)
    text = b""
    while target.encode() not in text and time.monotonic() - began < 20:
        opener.stdin.write("\n\n")
        opener.stdin.flush()
        time.sleep(0.001)
        text += process.stdout.read() or b""
    took = time.monotonic() - began
    _, peak = interrupt(process)
    opener.stdin.close()
    opener.wait()
    return took, peak


tools = [tool for tool in ("swift-ebpf", "libbpf-tools") if os.path.exists(os.path.join(work, tool))]
bursts = {tool: [] for tool in tools}
starts = {tool: [] for tool in tools}
for run in range(runs):
    for tool in tools:
        bursts[tool].append(burst(tool))
        starts[tool].append(first_line(tool))

print(f"{'':14} {'CPU us/event':>12} {'lost %':>8} {'worst':>8} {'ns/open':>8} {'peak MB':>8} {'first line s':>13}   medians of {runs}")
for tool in tools:
    cpu, lost, cost, memory = zip(*bursts[tool])
    start, start_memory = zip(*starts[tool])
    middle = statistics.median
    # The first line of libbpf-tools' opensnoop comes through a buffer of the C library, which a pipe fills only slowly.
    print(f"{tool:14} {middle(cpu):12.2f} {middle(lost):8.2f} {max(lost):8.2f} {middle(cost):8.0f} "
          f"{max(memory + start_memory) * 1024 / 1e6:8.1f} {middle(start):13.3f}")
if len(tools) == 2:
    ratio = lambda rows, place: statistics.median(a[place] / b[place] for a, b in zip(rows[tools[0]], rows[tools[1]]))
    print(f"{'ratio':14} {ratio(bursts, 0):12.2f} {'':8} {'':8} {ratio(bursts, 2):8.2f} {ratio(bursts, 3):8.2f} {ratio(starts, 0):13.2f}   pair by pair")
