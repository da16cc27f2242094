// SPDX-License-Identifier: Apache-2.0

import BTF
import Bytes
import TestImages
import Testing

/// Small files that ask for much: the answer comes in time and within memory, or is a thrown error.
@Suite struct BoundedTests {
    @Test func aCircleOfArraysThroughManyTypedefsIsFoundInTime() async {
        await withKnownIssue("byteCount(of:) takes the square of the number of types") {
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
    }

    @Test func manyMembersOfOneLongNameFitInMemory() async {
        await withKnownIssue("each member has a copy of its name, however long") {
            await #expect(processExitsWith: .success) {
                limitThisProcess(seconds: 3)
                var image = BTFImage()
                image.integer("int", size: 4)
                let name = String(repeating: "x", count: 200_000)
                image.structure("s", size: 4, Array(repeating: .init(name, 1, at: 0), count: 65_535))
                let btf = try BTF(ByteView(image.bytes()))
                // An error would do as well.
                _ = try? btf.type(TypeID(2))
            }
        }
    }
}
