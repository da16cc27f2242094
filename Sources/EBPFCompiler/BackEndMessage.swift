// SPDX-License-Identifier: Apache-2.0

/// What clang's back end says about code that is no longer Swift.
enum BackEndMessage {
    /// The message at the line of the source that it is about, where it says which; its own words otherwise.
    static func readable(_ output: String, _ plan: KernelHalfPlan) -> String {
        for line in output.lines {
            guard line.hasPrefix("error: "), let place = plan.sources.first(where: { line.contains($0.name + ":") }),
                let name = line.range(of: place.name + ":")
            else { continue }
            let numbers = line[name.upperBound...].split(separator: ":", maxSplits: 2)
            guard numbers.count == 3, let row = Int(numbers[0]), let column = Int(numbers[1]) else { continue }
            return SourcePosition(file: place.path, line: row, column: column).message(words(IRText.trimmed(numbers[2])))
        }
        return "\(plan.sources.first?.path ?? ""): error: the compiler of kernel halves made something of this that LLVM refuses. "
            + "That is a defect of the compiler; please report it with the source. LLVM says:\n" + output
    }

    /// What LLVM would call a function of its library for, which the kernel does not have.
    private static let functions: [(name: String, what: String)] = [
        ("'__multi3'", "multiplies numbers of 128 bits"), ("'__divti3'", "divides numbers of 128 bits"),
        ("'__udivti3'", "divides numbers of 128 bits"),
        ("'__modti3'", "divides numbers of 128 bits"), ("'__umodti3'", "divides numbers of 128 bits"), ("'__ashlti3'", "shifts numbers of 128 bits"),
        ("'__lshrti3'", "shifts numbers of 128 bits"), ("'__ashrti3'", "shifts numbers of 128 bits"),
    ]

    private static func words(_ text: Substring) -> String {
        if let function = functions.first(where: { text.contains($0.name) }) {
            return "\(function.what), for which eBPF has no instruction; use 64 bits"
        }
        if text.contains("'memcpy'") || text.contains("'memmove'") || text.contains("'memset'") {
            return "copies or fills more bytes than eBPF code is written out for; use a helper such as bpf_probe_read_kernel, or a loop"
        }
        return String(text)
    }
}
