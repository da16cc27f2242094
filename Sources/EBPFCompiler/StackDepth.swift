// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// How much of the stack the functions of a program take that are under way at the same time.
///
/// The kernel's rule, `check_max_stack_depth` in `kernel/bpf/verifier.c`: 512 bytes for all frames of a path of calls, each rounded up to 32 bytes and at
/// least 32, and no more than 8 frames. (From Linux 6.8 on, where programs are compiled to machine code, it is 16 bytes; what is accepted here is accepted
/// by all kernels.)
struct StackDepth {
    /// The frames of a path of calls, outermost first.
    struct Path: Equatable {
        struct Frame: Equatable {
            /// Where the function begins, in slots.
            var start: Int
            /// How deep its own accesses go, in bytes.
            var byteCount: Int
        }

        var frames: [Frame]

        /// What the kernel counts.
        var byteCount: Int { frames.reduce(0) { $0 + StackDepth.rounded($1.byteCount) } }
        var isTooDeep: Bool { byteCount > StackDepth.byteLimit || frames.count > StackDepth.frameLimit }
    }

    /// `MAX_BPF_STACK`.
    static let byteLimit = 512
    /// `MAX_CALL_FRAMES`.
    static let frameLimit = 8

    static func rounded(_ byteCount: Int) -> Int { (max(1, byteCount) + 31) / 32 * 32 }

    /// By the slots where functions begin.
    private var own: [Int: Int] = [:]
    private var calls: [Int: [Int]] = [:]
    private var deepest: [Int: Path] = [:]

    /// The path that takes most, from the program's own function on.
    ///
    /// - Parameters:
    ///   - instructions: the program with all functions that it calls, as the kernel gets it.
    ///   - starts: the slots where functions begin; the first is the program's own.
    static func deepestPath(_ instructions: [Instruction], starts: [Int]) -> Path {
        var depth = StackDepth()
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] : instructions.count
            depth.read(instructions, start..<max(start, end))
        }
        var under: [Int] = []
        return depth.path(from: starts.first ?? 0, &under)
    }

    private mutating func read(_ instructions: [Instruction], _ range: Range<Int>) {
        var lowest = 0
        var called: [Int] = []
        // Registers that hold the frame's address or one below it: what is formed from it is as deep as what is accessed through it.
        var offsets: [UInt8: Int] = [Self.framePointer: 0]
        var slot = range.lowerBound
        while slot < range.upperBound, slot < instructions.count {
            let instruction = instructions[slot]
            if let target = Self.target(of: instruction, at: slot) { called.append(target) }
            lowest = min(lowest, Self.follow(instruction, &offsets))
            slot += instruction.isWideLoad ? 2 : 1
        }
        own[range.lowerBound] = -lowest
        calls[range.lowerBound] = called
    }

    private static let framePointer: UInt8 = 10

    /// What an instruction does to the registers that hold addresses of the stack.
    ///
    /// - Returns: the lowest offset that it reaches.
    private static func follow(_ instruction: Instruction, _ offsets: inout [UInt8: Int]) -> Int {
        let (destination, source) = (instruction.destination, instruction.source)
        switch instruction.instructionClass {
        case .loadFromRegister:
            let lowest = offsets[source].map { $0 + Int(instruction.offset) } ?? 0
            if destination != framePointer { offsets[destination] = nil }
            return lowest
        case .store, .storeFromRegister: return offsets[destination].map { $0 + Int(instruction.offset) } ?? 0
        case .arithmetic64:
            switch instruction.opcode {
            case 0xBF where instruction.offset == 0:  // destination = source
                offsets[destination] = offsets[source]
            case 0x07:  // destination += immediate
                guard let offset = offsets[destination] else { return 0 }
                offsets[destination] = offset + Int(instruction.immediate)
                return offset + Int(instruction.immediate)
            default: offsets[destination] = nil
            }
        case .arithmetic32, .load: offsets[destination] = nil
        case .jump, .jump32:
            // A call leaves nothing in the registers that it may use.
            if instruction.opcode == 0x85 { for register in UInt8(0)...5 { offsets[register] = nil } }
        }
        return 0
    }

    /// The function that an instruction calls, or whose address it hands on to be called.
    private static func target(of instruction: Instruction, at slot: Int) -> Int? {
        let isCall = instruction.opcode == 0x85 && instruction.source == Instruction.PseudoSource.call
        let isAddress = instruction.isWideLoad && instruction.source == Instruction.PseudoSource.function
        return isCall || isAddress ? slot + 1 + Int(instruction.immediate) : nil
    }

    private mutating func path(from start: Int, _ under: inout [Int]) -> Path {
        if let known = deepest[start] { return known }
        under.append(start)
        var longest = Path(frames: [])
        // Recursion is refused elsewhere, and must not end this in a circle.
        for called in Set(calls[start] ?? []).sorted() where !under.contains(called) && own[called] != nil {
            let inner = path(from: called, &under)
            if inner.byteCount > longest.byteCount || longest.frames.isEmpty { longest = inner }
        }
        under.removeLast()
        let result = Path(frames: [.init(start: start, byteCount: own[start] ?? 0)] + longest.frames)
        deepest[start] = result
        return result
    }
}
