// SPDX-License-Identifier: Apache-2.0

public import BPFObject

/// A program's attachment to a hook. Dropping it detaches the program.
public struct Link: ~Copyable, Sendable {
    /// Where the program is attached.
    public let hook: Hook
    /// The link of the kernel or, where it has none for this kind of hook, the event that carries the program.
    let descriptor: Descriptor

    init(hook: Hook, descriptor: consuming Descriptor) {
        self.hook = hook
        self.descriptor = descriptor
    }

    /// Detaches the program now, rather than at the end of the link's scope.
    public consuming func detach() {}
}

/// The attachments of several programs. Dropping it detaches all of them.
public struct Links: ~Copyable, Sendable {
    private var descriptors: [SharedDescriptor] = []

    /// No attachments yet.
    public init() {}

    /// How many attachments there are.
    public var count: Int { descriptors.count }

    /// Takes another attachment in.
    public mutating func append(_ link: consuming Link) {
        descriptors.append(SharedDescriptor(link.take()))
    }

    /// Detaches all programs now, rather than at the end of the scope.
    public consuming func detach() {}
}

extension Link {
    fileprivate consuming func take() -> Descriptor { descriptor }
}
