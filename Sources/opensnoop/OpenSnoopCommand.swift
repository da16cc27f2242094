// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import EBPF
import Glibc
import OpenSnoopKernel
import Tooling

@main
struct OpenSnoopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "opensnoop",
        abstract: "Print every open, openat and openat2 of any process.",
        discussion: """
            Needs root, or CAP_BPF and CAP_PERFMON with a readable tracefs. Ends with SIGINT, SIGTERM, after --duration, or when
            the reader of its output has gone, each with status 0; status 1 means that it could not do its work.

            EXAMPLES:
              opensnoop              every open of every process
              opensnoop -T -U        with time and user
              opensnoop -x           only opens that fail
              opensnoop -p 181       only process 181
              opensnoop -n main      only commands whose name contains "main"
              opensnoop -d 10 --json for ten seconds, one JSON object a line
            """)

    @Flag(name: [.customShort("T"), .long], help: "Print the time.")
    var timestamp = false

    @Flag(name: [.customShort("U"), .long], help: "Print the user's number.")
    var printUID = false

    @Option(name: .shortAndLong, help: "Only this process.")
    var pid: UInt32?

    @Option(name: .shortAndLong, help: "Only this thread.")
    var tid: UInt32?

    @Option(name: .shortAndLong, help: "Only this user's number.")
    var uid: UInt32?

    @Option(name: .shortAndLong, help: "Only commands whose name contains this.")
    var name: String?

    @Flag(name: [.customShort("x"), .long], help: "Only opens that fail.")
    var failed = false

    @Flag(name: [.short, .customLong("extended-fields")], help: "Print the flags of the open, in octal.")
    var extended = false

    @Option(name: .shortAndLong, help: "End after this many seconds.")
    var duration: Int?

    @Flag(help: "Print one JSON object a line: time, pid, tid, uid, comm, fd, errno, flags, mode, path; or lost.")
    var json = false

    @Flag(help: "Use a perf buffer also where the kernel has ring buffers.")
    var perfBuffer = false

    func validate() throws {
        if let duration, duration <= 0 { throw ValidationError("The duration must be at least one second.") }
        if let pid, pid == 0 { throw ValidationError("Process 0 opens no files.") }
        if let tid, tid == 0 { throw ValidationError("Thread 0 opens no files.") }
        if let uid, uid == .max { throw ValidationError("\(uid) is no user's number.") }
        if let name, !(1...15).contains(name.utf8.count) {
            throw ValidationError("A part of a command's name has 1 to 15 bytes: the kernel keeps no more of it.")
        }
    }

    func run() throws {
        let signals = try StopSignals()
        let half = try kernelHalf()
        // What read the arguments is not needed again, and then what loaded.
        ProgramCode.giveBack()
        let object = try half.load()
        ProgramCode.giveBack()
        let stream = try EventStream("opens", of: object)
        let links = try object.attachAll { program throws(EBPFError) in try program.attachToTracepoint() }
        var loop = try EventLoop(stream, of: links, until: signals, seconds: duration)
        var output = LineOutput()
        var printer = OpenPrinter(timestamp: timestamp, uid: printUID, extended: extended, json: json)
        printer.printHeader(&output)
        ProgramCode.giveBack()
        let summary = try loop.run(
            &output, print: { printer.print($0, &$1) }, printLoss: { printer.printLoss($0, &$1) })
        let unread = summary.unread > 0 ? ", \(summary.unread) not printed, since nobody read the output" : ""
        let line = "\(summary.printed) opens printed, \(summary.lost) lost\(unread)\n"
        _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// The kernel half with this command's filters in it, and without the system calls that this machine lacks.
    private func kernelHalf() throws -> ObjectFile {
        var object = try OpenSnoop.object()
        try object.set("targetPID", to: pid ?? 0)
        try object.set("targetTID", to: tid ?? 0)
        try object.set("targetUID", to: uid ?? .max)
        try object.set("onlyFailed", to: failed)
        if let name {
            let bytes = Array(name.utf8)
            try object.set("targetName", bytes: bytes + Array(repeating: 0, count: 16 - bytes.count))
            try object.set("targetNameLength", to: UInt32(bytes.count))
        }
        try object.useCarrier(perfBuffer ? .perfBuffer : nil, for: "opens")
        // open(2) does not exist on newer architectures, openat2(2) not before Linux 5.6; openat(2) exists everywhere.
        for call in ["open", "openat2"] where try !tracepointExists(category: "syscalls", name: "sys_enter_\(call)") {
            for program in ["enter_\(call)", "exit_\(call)"] { object.programs[try object.programIndex(program)].isLoaded = false }
        }
        return object
    }
}
