// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import CLinux

extension Program {
    /// Attaches the program to all functions of the kernel whose names match a pattern, through trampolines (`fentry.multi`, `fexit.multi`,
    /// `fsession.multi`). Linux 7.2.
    ///
    /// - Parameters:
    ///   - pattern: `*` stands for any characters, `?` for one.
    ///   - cookie: a number that the program sees as this attachment's (`bpf_get_attach_cookie`), at each of the functions.
    /// - Throws: ``EBPFError`` where no function that can be traced matches, or the kernel has no such links.
    public func attach(toFunctions pattern: String, cookie: UInt64? = nil) throws(EBPFError) -> Link {
        let place: CodePlace = attachType == .traceFexitMulti ? .exit : attachType == .traceFsessionMulti ? .session : .entry
        let hook = Hook.functions(pattern: pattern, place)
        try check([.tracing], for: hook)
        let functions = try TraceableFunctions(matching: NamePattern(pattern), for: operation(attachingTo: hook), namesOnly: true)
        let types = try KernelTypes.running()
        // What has no type cannot be called through a trampoline.
        let ids = functions.names.compactMap { types.types(named: $0, kinds: [.function]).first?.rawValue }.sorted()
        guard !ids.isEmpty else {
            throw EBPFError(
                .noSuchTarget, operation(attachingTo: hook), cause: "this kernel's types have no function that matches '\(pattern)'",
                remedy: "compare /sys/kernel/tracing/available_filter_functions")
        }
        let cookies = cookie.map { [UInt64](repeating: $0, count: ids.count) } ?? []
        let number = ids.withUnsafeBytes { ids in
            cookies.withUnsafeBytes { cookies in
                createLink(target: 0, attachType ?? .traceFentryMulti) { details in
                    details.tracing_multi.ids = address(ids.baseAddress)
                    details.tracing_multi.count = UInt32(clamping: ids.count / MemoryLayout<UInt32>.size)
                    details.tracing_multi.cookies = cookies.isEmpty ? 0 : address(cookies.baseAddress)
                }
            }
        }
        return try link(hook, number)
    }
}
