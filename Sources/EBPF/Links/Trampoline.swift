// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import CLinux
import Glibc

extension Program {
    /// Attaches the program to the tracepoint, function or hook of the LSM that it was loaded for (`tp_btf`, `fentry`, `fexit`, `fmod_ret`, `fsession`,
    /// `lsm`), on every CPU and for every process. Linux 5.5; `fmod_ret` and `lsm` 5.7, `fsession` 7.0.
    /// Once it was detached, it is attached again on Linux 5.13 and newer; before, it must be loaded again, but for `tp_btf`.
    ///
    /// - Parameter cookie: a number that the program sees as this attachment's (`bpf_get_attach_cookie`), Linux 5.19; `tp_btf` 6.10.
    /// - Throws: ``EBPFError`` where it is attached already, or the kernel refuses.
    public func attachToTarget(cookie: UInt64? = nil) throws(EBPFError) -> Link {
        switch hook {
        case .typedTracepoint, .function, .securityModule, .replacement:
            return try attachWhereLoaded(hook ?? .perfEvent, cookie: cookie)
        default:
            throw EBPFError(
                .invalid, "attach program '\(name)' (\(type))", cause: "programs of its kind are not loaded for one target",
                remedy: "use attach(), or the method for its hook")
        }
    }

    /// Has the program replace a global function of another one (`freplace`), which need not be the one that it was loaded for, if that function has the
    /// same prototype. Linux 5.10.
    ///
    /// - Throws: ``EBPFError`` where the other program has no such function, it is replaced already, or the kernel refuses.
    public func attach(replacing function: String, of program: Program) throws(EBPFError) -> Link {
        let hook = Hook.replacement(function: function)
        try check([.freplace], for: hook)
        guard let types = try program.types(), let found = types.types(named: function, kinds: [.function]).first else {
            throw EBPFError(.noSuchTarget, operation(attachingTo: hook), cause: "program '\(program.name)' has no function '\(function)'")
        }
        return try link(
            hook,
            createLink(target: program.descriptor.number, AttachType(rawValue: 0)) { $0.tracing.target_btf_id = found.rawValue })
    }
}
