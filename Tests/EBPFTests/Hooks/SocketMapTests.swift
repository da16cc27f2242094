// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Glibc
import Testing

/// Programs of maps of sockets, which sockets take when they are put in.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct SocketMapTests {
    @Test func socketsKeepTheProgramsThatTheirMapHadWhenTheyWerePutIn() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            for name in ["hook_sk_msg", "hook_sk_skb"] {
                let tried = try TriedProgram(name)
                let map = try tried.object.map("hook_sockets")
                let pair = try StreamPair()
                try pair.put(into: map)
                let link = try tried.program.attach(toSocketMap: map)
                try pair.send()
                #expect(try tried.seen() == 0, "\(name): attaching concerns sockets that come later")
                try pair.take(from: map)
                try pair.put(into: map)
                try tried.see(pair.send)
                link.detach()
                // That it is not seen is thrown: detaching does so, too.
                try tried.see(pair.send)
                let settled = try tried.seen()
                try pair.take(from: map)
                try pair.send()
                let later = try StreamPair()
                try later.put(into: map)
                try later.send()
                #expect(try tried.seen() == settled, "\(name): it ends where a socket is taken out, and begins with none any more")
            }
        }
    }
}
