// SPDX-License-Identifier: Apache-2.0

import BPFObject

/// Which tracepoint may serve where a function of the kernel cannot be probed: for messages.
enum TracepointAdvice {
    /// A tracepoint that the kernel has, as `tracepoint CATEGORY/NAME`; `nil` where none is like the function.
    ///
    /// - Parameters:
    ///   - function: the function's name, or a pattern of names.
    ///   - isReturn: whether its return was to be probed.
    ///   - events: those that the kernel has, each as `available_events` of tracefs has it: `CATEGORY:NAME`.
    static func tracepoint(for function: String, isReturn: Bool, among events: [String]) -> String? {
        if function.hasPrefix(Program.functionPrefix) {
            return systemCall(String(function.dropFirst(Program.functionPrefix.count)), isReturn: isReturn, among: events)
        }
        // Where it begins, what tells of an end would not serve.
        let other = isReturn ? "syscalls:sys_enter_" : "syscalls:sys_exit_"
        return like(function, among: events.filter { !$0.hasPrefix(other) }).map(text)
    }

    /// The tracepoint of a system call; where the kernel has none for each of them, the one of all.
    private static func systemCall(_ name: String, isReturn: Bool, among events: [String]) -> String? {
        let side = isReturn ? "sys_exit" : "sys_enter"
        let wanted = NamePattern("syscalls:\(side)_\(name)")
        if let event = events.first(where: { wanted.matches($0) }) { return text(event) }
        let all = "raw_syscalls:\(side)"
        return events.contains(all) ? "\(text(all)), which sees all system calls," : nil
    }

    /// The tracepoint that has the most letters in whole words of a function's name, of at least eight.
    private static func like(_ function: String, among events: [String]) -> String? {
        let words = Set(function.split { $0 == "_" || $0 == "*" || $0 == "?" }.filter { $0.count > 2 })
        var best: (event: String, score: Int)?
        for event in events {
            let name = event.split(separator: ":").last ?? ""
            let score = name.split(separator: "_").reduce(0) { $0 + (words.contains($1) ? $1.count : 0) }
            if score >= 8, score > best?.score ?? 0 { best = (event, score) }
        }
        return best?.event
    }

    private static func text(_ event: String) -> String { "tracepoint \(event.split(separator: ":").joined(separator: "/"))" }
}
