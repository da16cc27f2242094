// SPDX-License-Identifier: Apache-2.0

import BPFAssembly

/// Every form of every instruction, with operands at the edges of their ranges.
enum SampleOperations {
    typealias Operation = Instruction.Operation

    static let all: [Operation] = arithmetic + memory + wideLoads + atomics + jumps

    private static let widths = OperandWidth.allCases
    private static let immediates: [Int32] = [0, 1, -1, 10, .min, .max]
    private static let offsets: [Int16] = [0, 8, -8, .min, .max]
    private static let operands = Register.allCases.map(Operand.register) + immediates.map(Operand.immediate)
    private static let addresses = Register.allCases.map { Address($0, offset: 16) } + offsets.map { Address(.r10, offset: $0) }

    private static var arithmetic: [Operation] {
        var all: [Operation] = []
        for width in widths {
            for operand in operands {
                all += Arithmetic.allCases.map { .arithmetic($0, width, .r3, operand) }
                all.append(.move(width, .r9, operand))
            }
            all += Register.allCases.flatMap { [.negate(width, $0), .arithmetic(.add, width, $0, 1), .move(width, $0, 1)] }
        }
        for register in Register.allCases {
            all += SignExtension.allCases.flatMap { kind -> [Operation] in
                [.moveSignExtending(kind, register, from: .r2), .moveSignExtending(kind, .r2, from: register)]
            }
            all += ByteSwap.allCases.flatMap { swap in SwapWidth.allCases.map { .swapBytes(swap, $0, register) } }
            all += [UInt16(0), 1, .max].map { .castAddressSpace(register, from: .r1, destinationSpace: $0, sourceSpace: 1) }
        }
        return all
    }

    private static var memory: [Operation] {
        var all: [Operation] = []
        for address in addresses {
            for size in MemorySize.allCases {
                all.append(.load(size, .r1, from: address))
                all += operands.map { .store(size, to: address, $0) }
            }
            all += NarrowSize.allCases.map { .loadSignExtending($0, .r7, from: address) }
        }
        for size in NarrowSize.allCases {
            all += immediates.map { .loadPacket(size, at: $0) } + Register.allCases.map { .loadPacketIndirect(size, at: $0) }
        }
        return all
    }

    private static var wideLoads: [Operation] {
        let constants: [UInt64] = [0, 1, .max, 1 << 63, 0xFFFF_FFFF, 1 << 32, 0x1234_5678_9ABC_DEF0]
        var values = constants.map(WideValue.constant)
        for number in immediates {
            values += [.map(descriptor: number), .function(offset: number), .mapIndex(number)]
            values += [.variable(typeID: number, moduleDescriptor: 0), .variable(typeID: 7, moduleDescriptor: number)]
            values += [UInt32(0), 8, .max].flatMap { offset -> [WideValue] in
                [.mapValue(descriptor: number, offset: offset), .mapIndexValue(number, offset: offset)]
            }
        }
        return values.flatMap { value in Register.allCases.map { .loadWide($0, value) } }
    }

    private static var atomics: [Operation] {
        var all: [Operation] = []
        for address in addresses {
            for register in Register.allCases {
                all += AtomicUpdate.allCases.flatMap { update in widths.map { .atomic(update, $0, at: address, register) } }
            }
            for size in MemorySize.allCases {
                all += [.loadAcquire(size, .r4, from: address), .storeRelease(size, to: address, .r4)]
            }
        }
        return all
    }

    private static var jumps: [Operation] {
        var all: [Operation] = [.exit]
        for offset in offsets {
            all += [.jump(offset: offset), .mayGoto(offset: offset)]
            all += Condition.allCases.flatMap { condition in widths.map { .branch(condition, $0, .r1, .r2, offset: offset) } }
        }
        for width in widths {
            all += operands.flatMap { operand in Condition.allCases.map { .branch($0, width, .r5, operand, offset: 3) } }
        }
        for number in immediates {
            all += [.jumpLong(offset: number), .call(.helper(number)), .call(.function(offset: number))]
            all += offsets.map { .call(.kernelFunction(typeID: number, module: $0)) }
        }
        return all + Register.allCases.flatMap { [.call(.indirect($0)), .jumpIndirect($0)] }
    }
}
