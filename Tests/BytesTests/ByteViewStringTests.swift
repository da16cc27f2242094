// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@Suite struct ByteViewStringTests {
    let view = ByteView(Array("\0one\0two\0three".utf8))

    @Test func aStringEndsAtItsNUL() {
        #expect(view.string(at: 0) == "")
        #expect(view.string(at: 1) == "one")
        #expect(view.string(at: 2) == "ne")
        #expect(view.string(at: 4) == "")
        #expect(view.string(at: 5) == "two")
        #expect(view.stringLength(at: 5) == 3)
    }

    @Test func aStringWithoutNULIsNone() {
        for offset in 9..<14 {
            #expect(view.string(at: offset) == nil)
            #expect(view.stringLength(at: offset) == nil)
        }
    }

    @Test func theNULMustLieInsideOfTheSlice() throws {
        let slice = try #require(view.slice(at: 5, count: 3))
        #expect(slice.array() == Array("two".utf8))
        #expect(slice.string(at: 0) == nil)
        #expect(!slice.holdsString(Array("two".utf8), at: 0))
        #expect(view.slice(at: 5, count: 4)?.string(at: 0) == "two")
    }

    @Test func illFormedTextIsRepairedInsteadOfRefused() {
        #expect(ByteView([0x61, 0xFF, 0x62, 0]).string(at: 0) == "a\u{FFFD}b")
        #expect(ByteView(Array("żółw\0".utf8)).string(at: 0) == "żółw")
    }

    @Test func aStringIsHeldOnlyAsAWhole() {
        #expect(view.holdsString(Array("one".utf8), at: 1))
        #expect(view.holdsString([], at: 4))
        #expect(!view.holdsString(Array("on".utf8), at: 1), "a beginning is not the string")
        #expect(!view.holdsString(Array("one2".utf8), at: 1))
        #expect(!view.holdsString(Array("ona".utf8), at: 1))
        #expect(!view.holdsString([], at: 1))
    }

    @Test func aStringThatLeadsToTheEndOfTheViewIsNotHeld() {
        #expect(!view.holdsString(Array("three".utf8), at: 9), "its NUL would lie outside")
        #expect(!view.holdsString(Array("three and more".utf8), at: 9))
        #expect(ByteView(Array("three\0".utf8)).holdsString(Array("three".utf8), at: 0))
    }
}
