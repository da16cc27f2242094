// SPDX-License-Identifier: Apache-2.0

/// `bpf_trace_printk` is passed as many values as its format has conversions: of others it would take what is left in the registers.
enum LogRules {
    /// `BPF_FUNC_trace_printk`.
    private static let helper = 6

    /// What is wrong with a call; `nil` where nothing is, or the format is not known.
    ///
    /// - Parameter constant: the bytes of a global that never changes.
    static func complaint(about call: HelperCall, constant: (String) -> [UInt8]?) -> String? {
        guard call.number == helper, call.arguments.count >= 2, let name = IRName.globals(in: String(call.arguments[0])).first,
            let bytes = constant(name)
        else { return nil }
        let (wanted, passed) = (conversions(bytes.prefix { $0 != 0 }), call.arguments.count - 2)
        guard wanted != passed else { return nil }
        func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
        return
            "the format has \(count(wanted, "conversion")), and \(count(passed, "value")) \(passed == 1 ? "is" : "are") passed; each % stands for a value, "
            + "and %% for the character"
    }

    /// How many values a format asks for.
    static func conversions(_ format: some Sequence<UInt8>) -> Int {
        var (count, isOpen) = (0, false)
        for byte in format {
            if byte == UInt8(ascii: "%") {
                count += isOpen ? -1 : 1
                isOpen.toggle()
            } else {
                isOpen = false
            }
        }
        return count
    }
}
