// SPDX-License-Identifier: Apache-2.0

/// The groups of attributes that functions of a kernel half have: one table for all passes.
enum FunctionAttributes {
    static let program = 0
    static let inlined = 1
    static let subprogram = 2
    /// What stands for a relocation: it depends on nothing but what it is passed.
    static let marker = 3
    static let noReturn = 4
    /// What LLVM's back end for eBPF makes CO-RE records of.
    static let fieldRelocation = 5
    /// What the kernel has under its name.
    static let kernelFunction = 6

    static let table: [Int: String] = [
        program: "nounwind \"frame-pointer\"=\"all\"",
        inlined: "alwaysinline nounwind \"frame-pointer\"=\"all\"",
        subprogram: "noinline nounwind \"frame-pointer\"=\"all\"",
        marker: "nounwind willreturn memory(none)",
        noReturn: "cold noreturn nounwind",
        fieldRelocation: "\"btf_ama\"",
        kernelFunction: "nounwind",
    ]
}

/// A Swift trap on its way through the optimizer: a call that does not come back.
enum Trap {
    static let name = "ebpf.trap"

    static func replaced(_ line: String) -> String {
        guard let place = line[...].range(of: "@llvm.trap(") else { return line }
        return line[..<place.lowerBound] + "@\(name)(" + line[place.upperBound...]
    }
}

/// The functions of Swift's runtime, which the kernel does not have.
enum SwiftRuntime {
    static func isPart(_ name: String) -> Bool {
        name.hasPrefix("swift_") || name.hasPrefix("_swift_") || ["malloc", "free", "posix_memalign", "arc4random_buf"].contains(name)
    }
}
