// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Small files that ask for much: the answer comes in time and within memory, or is a thrown error.
@Suite struct BoundedTests {
    @Test func aCircleOfArraysThroughManyTypedefsIsFoundInTime() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 3)
            var image = BTFImage()
            let count: UInt32 = 20_000
            // 1 is an array of type 2, a typedef of 3, and so on; the last leads back.
            image.array(of: 2, count: 1)
            for number in 2...count { image.alias("t", number == count ? 1 : number + 1) }
            let btf = try BTF(ByteView(image.bytes()))
            #expect(throws: BTFError.self) { try btf.byteCount(of: TypeID(1)) }
        }
    }

    @Test func manyMembersOfOneLongNameFitInMemory() async {
        await #expect(processExitsWith: .success) {
            limitThisProcess(seconds: 3)
            var image = BTFImage()
            image.integer("int", size: 4)
            let name = String(repeating: "x", count: 200_000)
            let member = [image.string(name), 1, 0]
            image.add(kind: 4, name: "s", count: 65_535, sizeOrType: 4, Array(repeating: member, count: 65_535).flatMap { $0 })
            let btf = try BTF(ByteView(image.bytes()))
            // An error would do as well.
            _ = try? btf.type(TypeID(2))
        }
    }
}
