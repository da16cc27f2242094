// SPDX-License-Identifier: Apache-2.0

/// What a test met instead of what it needs to go on.
package struct Unexpected: Error, CustomStringConvertible {
    package let description: String

    package init(_ what: some Any) {
        description = "unexpected: \(what)"
    }
}
