// SPDX-License-Identifier: Apache-2.0

extension CodeBuilder {
    /// Jumps to a label, at most 32,767 slots away; further is a mistake (``AssemblyError/Code-swift.enum/jumpOutOfRange``).
    public mutating func jump(to label: Label) {
        append(.jump(offset: 0), .offset, to: label)
    }

    /// Jumps to a label, however far (`gotol`). ISA v4, Linux 6.6.
    public mutating func jumpLong(to label: Label) {
        append(.jumpLong(offset: 0), .immediate, to: label)
    }

    /// Jumps to a label where the comparison holds: `jump(if: .r1, .signedGreater, 7, to: "out")`.
    public mutating func jump(
        if register: Register, _ condition: Condition, _ operand: Operand, width: OperandWidth = .bits64, to label: Label
    ) {
        append(.branch(condition, width, register, operand, offset: 0), .offset, to: label)
    }

    /// Jumps to a label once the verifier's budget for loops is used up (`may_goto`). Linux 6.9.
    public mutating func mayGoto(_ label: Label) {
        append(.mayGoto(offset: 0), .offset, to: label)
    }

    /// Calls a helper.
    public mutating func call(_ helper: Helper) {
        append(.call(.helper(helper.number)))
    }

    /// Calls a helper by its name, with or without `bpf_`. A name that no helper has is a mistake (``AssemblyError/Code-swift.enum/unknownHelper``).
    public mutating func call(helper name: String) {
        guard let helper = Helper.named(name) else {
            fail(.unknownHelper, "no helper is called '\(name)'; newer functions of the kernel are kfuncs")
            return append(.call(.helper(0)))
        }
        call(helper)
    }

    /// Calls a function of this code. Linux 4.16.
    public mutating func call(_ label: Label) {
        append(.call(.function(offset: 0)), .immediate, to: label)
    }

    /// Calls a function that another part of the program brings; where it stands is filled in later. Linux 4.16.
    public mutating func call(function name: String) {
        append(.call(.function(offset: 0)), referringTo: .function(name))
    }

    /// Calls a kfunc, whose type is filled in later. Linux 5.13.
    public mutating func call(kernelFunction name: String) {
        append(.call(.kernelFunction(typeID: 0, module: 0)), referringTo: .kernelFunction(name))
    }

    /// Returns `r0` to the caller, or ends the program.
    public mutating func exit() {
        append(.exit)
    }
}
