#pragma once
#include "remote/connection/link.h"

#include <functional>

namespace discern::remote {

/// Told while bytes move; returning false ends the transfer with Stopped. What has come over stays as a part, and the
/// next transfer goes on from there.
using TransferProgress = std::function<bool(std::int64_t done, std::int64_t total)>;
class Stopped : public std::runtime_error {
public:
  Stopped() : std::runtime_error("stopped") {}
};

/// Sends a file to `to` under the name `to`.part, which gets its final name when all of it has come and its SHA-256 is
/// right. A part that is there is continued. Throws HostError, data::ReadError, Stopped.
void upload(Link& link, const std::string& from, const std::string& to, const std::string& sha256,
            const TransferProgress& progress);

/// Brings a file here, the same way. Throws HostError; std::runtime_error when it can't be written here.
void download(Link& link, const std::string& from, const std::string& to, const TransferProgress& progress);

} // namespace discern::remote
