// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// What a reason of the verifier's means in plain words, and what to do about it.
struct VerifierHint {
    /// What the reason holds, with a star for anything between.
    let pattern: StaticString
    let text: String
    /// The same for who writes Swift, where the text speaks of C.
    let swiftText: String

    init(_ pattern: StaticString, _ text: String, swift: String? = nil) {
        self.pattern = pattern
        self.text = text
        swiftText = swift ?? text
    }

    /// The hint for a reason, where the table has one.
    static func text(for reason: String, kernel: KernelVersion?, type: ProgramType?, isSwift: Bool = false) -> String? {
        if let text = helperText(for: reason[...], kernel: kernel, type: type) { return text }
        return table.first { matches(reason[...], $0.pattern) }.map { isSwift ? $0.swiftText : $0.text }
    }

    /// Whether the parts of a pattern stand in a text, one behind the other.
    static func matches(_ text: Substring, _ pattern: StaticString) -> Bool {
        var rest = text.utf8
        for part in pattern.description.utf8.split(separator: UInt8(ascii: "*")) {
            guard let end = self.end(of: part, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    private static func end(of part: Substring.UTF8View, in text: Substring.UTF8View) -> Substring.Index? {
        guard let first = part.first else { return text.startIndex }
        var place = text.startIndex
        while let start = text[place...].firstIndex(of: first) {
            if text[start...].starts(with: part) { return text.index(start, offsetBy: part.count) }
            place = text.index(after: start)
        }
        return nil
    }

    /// A helper that the kernel or the kind of program does not have: `unknown func bpf_loop#181` (to Linux 6.10),
    /// `program of this type cannot use helper bpf_skb_store_bytes#9`.
    private static func helperText(for reason: Substring, kernel: KernelVersion?, type: ProgramType?) -> String? {
        let isTypes = matches(reason, "program of this type cannot use helper *#")
        guard isTypes || matches(reason, "unknown func *#") || matches(reason, "invalid func unknown#"), let mark = reason.lastIndex(of: "#"),
            let number = Int32(reason[reason.index(after: mark)...].prefix { $0.isASCII && $0.isNumber })
        else { return nil }
        let kind = type.map { "programs of type \($0)" } ?? "programs of this type"
        guard let helper = Helper.numbered(number) else {
            // How the verifier names what CO-RE has made unusable.
            return "no kernel has a helper of number \(number): the call was made unusable before it was loaded, or the object is damaged"
        }
        if let kernel, kernel < helper.since {
            return "bpf_\(helper.name) appeared in Linux \(helper.since), this kernel is \(kernel): leave the call out where the kernel is older"
        }
        return "bpf_\(helper.name) (Linux \(helper.since)) may not be called by \(kind) here: use another helper or kind of program"
            + (readsKernelMemory(helper) ? "; a kernel that is locked down for confidentiality lets no program read its memory" : "")
    }

    /// Helpers that lockdown's confidentiality takes away (`LOCKDOWN_BPF_READ_KERNEL`).
    private static func readsKernelMemory(_ helper: Helper) -> Bool {
        ["probe_read", "probe_read_str", "probe_read_kernel", "probe_read_kernel_str"].contains(helper.name)
    }
}
