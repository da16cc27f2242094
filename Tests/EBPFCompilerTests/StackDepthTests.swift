// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import Testing

@testable import EBPFCompiler

/// How deep the stack goes, as the kernel counts it. `check_max_stack_depth` in `kernel/bpf/verifier.c`.
@Suite struct StackDepthTests {
    private static let exit = Instruction(opcode: 0x95)

    /// `*(u64 *)(r10 + offset) = 0`
    private static func store(_ offset: Int16, to register: UInt8 = 10) -> Instruction {
        Instruction(opcode: 0x7A, destination: register, offset: offset)
    }
    /// `r1 = r10; r1 += offset; call 112`
    private static func passed(_ offset: Int32) -> [Instruction] {
        [
            Instruction(opcode: 0xBF, destination: 1, source: 10), Instruction(opcode: 0x07, destination: 1, immediate: offset),
            Instruction(opcode: 0x85, immediate: 112),
        ]
    }
    private static func call(from slot: Int, to target: Int) -> Instruction {
        Instruction(opcode: 0x85, source: 1, immediate: Int32(target - slot - 1))
    }

    /// Functions, each of which calls some others by their places in the list.
    private func path(_ functions: [(body: [Instruction], calls: [Int])]) -> StackDepth.Path {
        var starts: [Int] = []
        var slot = 0
        for function in functions {
            starts.append(slot)
            slot += function.body.count + function.calls.count + 1
        }
        var instructions: [Instruction] = []
        for function in functions {
            instructions += function.body
            for called in function.calls { instructions.append(Self.call(from: instructions.count, to: starts[called])) }
            instructions.append(Self.exit)
        }
        return StackDepth.deepestPath(instructions, starts: starts)
    }

    @Test func aFunctionWithoutVariablesStillHasAFrame() {
        let path = path([([], [])])
        #expect(path.frames.map(\.byteCount) == [0])
        #expect(path.byteCount == 32)
        #expect(!path.isTooDeep)
    }

    @Test func theDeepestStoreCounts() {
        #expect(path([([Self.store(-8), Self.store(-24), Self.store(-16)], [])]).frames[0].byteCount == 24)
    }

    @Test func whatIsHandedToAHelperCounts() {
        #expect(path([(Self.passed(-100), [])]).frames[0].byteCount == 100)
    }

    @Test func aStoreThroughACopiedAddressCounts() {
        let copy = Instruction(opcode: 0xBF, destination: 6, source: 10)
        #expect(path([([copy, Self.store(-40, to: 6)], [])]).frames[0].byteCount == 40)
    }

    @Test func aRegisterThatHoldsSomethingElseByNowDoesNot() {
        let copy = Instruction(opcode: 0xBF, destination: 6, source: 10)
        let other = Instruction(opcode: 0xBF, destination: 6, source: 1)
        #expect(path([([copy, other, Self.store(-40, to: 6)], [])]).frames[0].byteCount == 0)
    }

    @Test func exactlyTheLimitIsTaken() {
        #expect(!path([([Self.store(-512)], [])]).isTooDeep)
        #expect(path([([Self.store(-520)], [])]).isTooDeep)
    }

    @Test func theFramesOfAPathAddUpEachRounded() {
        let path = path([([Self.store(-8)], [1]), ([Self.store(-40)], [2]), ([Self.store(-72)], [])])
        #expect(path.frames.map(\.byteCount) == [8, 40, 72])
        #expect(path.byteCount == 32 + 64 + 96)
    }

    @Test func ofTwoPathsTheDeeperIsToldAndNotTheirSum() {
        let path = path([([], [1, 2]), ([Self.store(-200)], []), ([Self.store(-300)], [])])
        #expect(path.frames.map(\.byteCount) == [0, 300])
        #expect(!path.isTooDeep)
    }

    @Test func twoLargeFramesAreTooMuchTogether() {
        #expect(path([([], [1]), ([Self.store(-256)], [2]), ([Self.store(-256)], [])]).isTooDeep)
    }

    @Test func aFunctionWhoseAddressIsHandedOnIsCalled() {
        // r2 = function at slot 3; exit; its frame
        let instructions = [
            Instruction(opcode: 0x18, destination: 2, source: 4, immediate: 2), Instruction(opcode: 0), Self.exit, Self.store(-480), Self.exit,
        ]
        #expect(StackDepth.deepestPath(instructions, starts: [0, 3]).frames.map(\.byteCount) == [0, 480])
    }

    @Test func nineFramesAreTooMany() {
        func chain(_ count: Int) -> StackDepth.Path { path((0..<count).map { ([], $0 + 1 < count ? [$0 + 1] : []) }) }
        #expect(!chain(8).isTooDeep)
        #expect(chain(9).isTooDeep)
    }

    @Test func codeThatCallsItselfOrLeadsNowhereEnds() {
        #expect(path([([Self.store(-8)], [0])]).frames.count == 1)
        #expect(path([([], [1]), ([], [0])]).frames.count == 2)
        #expect(StackDepth.deepestPath([Instruction(opcode: 0x85, source: 1, immediate: 1000)], starts: [0]).frames.count == 1)
        #expect(StackDepth.deepestPath([], starts: []).frames.count == 1)
        #expect(StackDepth.deepestPath([Instruction(opcode: 0x18, source: 4, immediate: .max)], starts: [0, 5]).frames.count == 1)
    }
}
