// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import BPFAssembly
import CLinux
import Glibc

extension Program {
    /// Attaches the program to all functions of the kernel whose names match a pattern: by one link (Linux 5.18; sessions 6.10), or one by one where the
    /// kernel has no such links or the program was not loaded for them (Linux 4.17; ``Link/isKernelLink`` says which it is).
    ///
    /// One by one takes a descriptor for each function, and milliseconds.
    ///
    /// - Parameters:
    ///   - pattern: `*` stands for any characters, `?` for one.
    ///   - place: ``CodePlace/entry`` or ``CodePlace/exit``; for programs of sessions always ``CodePlace/session``.
    ///   - cookie: a number that the program sees as this attachment's (`bpf_get_attach_cookie`), at each of the functions; one by one, Linux 5.15.
    /// - Throws: ``EBPFError`` where no function that can be traced matches, with near names; with ``EBPFError/Code/unsupported`` where the kernel is built
    ///   without kprobes, with a tracepoint that may serve.
    public func attach(toKprobes pattern: String, _ place: CodePlace = .entry, cookie: UInt64? = nil) throws(EBPFError) -> Link {
        let place = attachType == .traceKprobeSession ? .session : place
        let hook = Hook.kprobes(pattern: pattern, place)
        try check(loadedFor: place, hook, many: .traceKprobeMulti, sessions: .traceKprobeSession, section: "kprobe")
        let source = try eventSource(for: hook, pattern, place)
        let functions = try TraceableFunctions(matching: NamePattern(pattern), for: operation(attachingTo: hook), namesOnly: source != nil)
        let cookies = cookie.map { [UInt64](repeating: $0, count: functions.count) } ?? []
        return try attach(toKprobes: functions, place, hook, cookies: cookies, from: source)
    }

    /// Attaches the program to these functions of the kernel, as ``attach(toKprobes:_:cookie:)`` does.
    ///
    /// - Parameters:
    ///   - functions: the names, each with the cookie that the program sees there (`bpf_get_attach_cookie`).
    ///   - place: ``CodePlace/entry`` or ``CodePlace/exit``; for programs of sessions always ``CodePlace/session``.
    /// - Throws: ``EBPFError`` that names a function which the kernel does not have or does not let be traced, or says what the kernel lacks.
    public func attach(toKprobes functions: [(name: String, cookie: UInt64)], _ place: CodePlace = .entry) throws(EBPFError) -> Link {
        let place = attachType == .traceKprobeSession ? .session : place
        let hook = Hook.kprobes(pattern: functions.count == 1 ? functions[0].name : "\(functions.count) functions", place)
        try check(loadedFor: place, hook, many: .traceKprobeMulti, sessions: .traceKprobeSession, section: "kprobe")
        guard let first = functions.first else {
            throw EBPFError(.noSuchTarget, operation(attachingTo: hook), cause: "there is no function to attach to")
        }
        let source = try eventSource(for: hook, first.name, place)
        return try attach(toKprobes: TraceableFunctions(names: functions.map(\.name)), place, hook, cookies: functions.map(\.cookie), from: source)
    }

    /// Where events come from that carry the program to each function; `nil` where one link does.
    ///
    /// - Throws: ``EBPFError`` where there is neither, with a tracepoint that may serve.
    private func eventSource(for hook: Hook, _ function: String, _ place: CodePlace) throws(EBPFError) -> ProbeSource? {
        if place == .session {
            // Sessions have no older form; that the kernel is too old for them is said when it refuses.
            guard KernelFeatures.running.lacks(.kprobeSession), case .absent = ProbeSource.look(for: .kprobe) else { return nil }
        } else if attachType == .traceKprobeMulti, !KernelFeatures.running.lacks(.kprobeMulti) {
            return nil
        }
        return try kprobeSource(for: hook, function, isReturn: place == .exit)
    }

    private func attach(
        toKprobes functions: TraceableFunctions, _ place: CodePlace, _ hook: Hook, cookies: [UInt64], from source: ProbeSource?
    ) throws(EBPFError) -> Link {
        // Without any the kernel hands out 0 as well, and sorts less.
        let cookies = cookies.allSatisfy { $0 == 0 } ? [] : cookies
        if let source { return try attach(toEach: functions.names, hook, isReturn: place == .exit, cookies: cookies, from: source) }
        let number = functions.withPointers { symbols, addresses in
            cookies.withUnsafeBytes { cookies in
                createLink(target: 0, attachType ?? .traceKprobeMulti) { details in
                    details.kprobe_multi.flags = place == .exit ? 1 : 0  // BPF_F_KPROBE_MULTI_RETURN
                    details.kprobe_multi.count = UInt32(clamping: functions.count)
                    (details.kprobe_multi.symbols, details.kprobe_multi.addresses) = (symbols, addresses)
                    details.kprobe_multi.cookies = cookies.count == 0 ? 0 : address(cookies.baseAddress)
                }
            }
        }
        guard number < 0 else { return Link(hook: hook, .link(SharedDescriptor(Descriptor(number)))) }
        throw failure(tracing: functions, hook, errno: -number)
    }

    /// Attaches the program to functions by one event for each.
    private func attach(
        toEach functions: [String], _ hook: Hook, isReturn: Bool, cookies: [UInt64], from source: ProbeSource
    ) throws(EBPFError) -> Link {
        var parts: [Attachment] = []
        for (index, function) in functions.enumerated() {
            let cookie = cookies.indices.contains(index) ? cookies[index] : nil
            parts.append(try attach(to: function, hook, isReturn: isReturn, cookie: cookie, from: source).attachment)
        }
        guard parts.count == 1, let only = parts.first else { return Link(hook: hook, .several(parts)) }
        return Link(hook: hook, only)
    }

    private func failure(tracing functions: TraceableFunctions, _ hook: Hook, errno: Int32) -> EBPFError {
        if errno == ENOENT || errno == ESRCH || errno == EINVAL, let names = try? KernelSymbolNames.running(),
            let name = names.firstMissing(of: functions.names)
        {
            let near = names.near(name)
            return EBPFError(
                .noSuchTarget, operation(attachingTo: hook),
                cause: "this kernel has no function '\(name)'\(near.isEmpty ? "" : "; it has \(near.joined(separator: ", "))")",
                remedy: "leave it out; the kernel's own are in /sys/kernel/tracing/available_filter_functions", errno: errno)
        }
        if errno == EOPNOTSUPP || errno == Failure.notSupported {
            return EBPFError(
                .unsupported, operation(attachingTo: hook), cause: "this kernel is built without links to many functions (CONFIG_FPROBE)",
                remedy: "attach to each of them, or use a kernel that is built with it", errno: errno)
        }
        return failure(attachingTo: hook, errno: errno)
    }
}

/// Functions of the kernel that can be traced, by their addresses where the kernel lists these, or by their names.
struct TraceableFunctions {
    /// The names; those of functions with addresses are not kept.
    private(set) var names: [String] = []
    private var addresses: [UInt64] = []

    var count: Int { max(names.count, addresses.count) }

    init(names: [String]) {
        self.names = names
    }

    /// The functions that match a pattern, of `available_filter_functions_addrs` of tracefs (Linux 6.5) or `available_filter_functions`.
    ///
    /// - Throws: ``EBPFError`` where the lists cannot be read, or nothing matches.
    init(matching pattern: NamePattern, for operation: String, namesOnly: Bool = false) throws(EBPFError) {
        let files = try TraceFileSystem(for: operation)
        let addressed = namesOnly ? nil : files.contents(of: "available_filter_functions_addrs")
        guard let text = addressed ?? files.contents(of: "available_filter_functions") else {
            throw EBPFError(
                .unsupported, operation, cause: "this kernel does not list the functions that can be traced (CONFIG_FUNCTION_TRACER)",
                remedy: "name the functions, or use a kernel that is built with it")
        }
        take(text, pattern, hasAddresses: addressed != nil)
        guard count > 0 else {
            var all = TraceableFunctions(names: [])
            all.take(addressed == nil ? text : files.contents(of: "available_filter_functions") ?? [], NamePattern("*"), hasAddresses: false)
            let near = NearestNames.of(pattern, among: all.names).map { "'\($0)'" }
            throw EBPFError(
                .noSuchTarget, operation,
                cause: "no function of this kernel that can be traced matches '\(pattern.text)'"
                    + (near.isEmpty ? "" : "; it has \(near.joined(separator: ", "))"),
                remedy: "compare /sys/kernel/tracing/available_filter_functions")
        }
    }

    /// Reads lines `ffffffff81000000 name`, or `name`, which may go on with a module: some 60,000 of them, so that each is looked at in its place.
    private mutating func take(_ text: [UInt8], _ pattern: NamePattern, hasAddresses: Bool) {
        var seen: Set<ArraySlice<UInt8>> = []
        var start = 0
        while start < text.count {
            let line = text[start...].prefix { $0 != UInt8(ascii: "\n") }
            start = line.endIndex + 1
            let digits = hasAddresses ? line.prefix { $0 != UInt8(ascii: " ") } : line.prefix(0)
            let name = line.dropFirst(hasAddresses ? digits.count + 1 : 0).prefix { $0 != UInt8(ascii: " ") }
            guard !name.isEmpty, pattern.matches(name) else { continue }
            if hasAddresses {
                guard let address = UInt64(String(decoding: digits, as: UTF8.self), radix: 16), address != 0 else { continue }
                addresses.append(address)
            } else if seen.insert(name).inserted, !name.starts(with: "__ftrace_invalid_address".utf8) {
                names.append(String(decoding: name, as: UTF8.self))
            }
        }
    }

    /// Calls `body` with the address of an array of names and that of an array of addresses, one of which is 0.
    func withPointers<Result>(_ body: (UInt64, UInt64) -> Result) -> Result {
        guard addresses.isEmpty else { return addresses.withUnsafeBytes { body(0, address($0.baseAddress)) } }
        // All names in one block, each with a zero behind it; first the places of the names in it, and then, when it lies still, their addresses.
        var block: [UInt8] = []
        var pointers: [UInt64] = []
        block.reserveCapacity(names.reduce(0) { $0 + $1.utf8.count + 1 })
        pointers.reserveCapacity(names.count)
        for name in names {
            pointers.append(UInt64(block.count))
            block.append(contentsOf: name.utf8)
            block.append(0)
        }
        return block.withUnsafeBytes { block in
            let start = address(block.baseAddress)
            for index in pointers.indices { pointers[index] += start }
            return pointers.withUnsafeBytes { body(address($0.baseAddress), 0) }
        }
    }
}
