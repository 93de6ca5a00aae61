#include "methods/clustering/markov_panel.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace discern::methods {
namespace {

constexpr std::size_t width = PanelWork::width;
constexpr std::uint32_t block = 8;

using Sums = float __attribute__((vector_size(width * sizeof(float)), aligned(4), may_alias));

[[gnu::always_inline]] inline void addTo(float* sums, std::uint8_t* touched, const FlowColumn& column,
                                         const float* factors) {
  const Sums factor = *reinterpret_cast<const Sums*>(factors);
  for (const Neighbour& entry : column) {
    *reinterpret_cast<Sums*>(sums + std::size_t{entry.node} * width) += factor * entry.weight;
    touched[entry.node / block] = 1;
  }
}

void addPlain(float* sums, std::uint8_t* touched, const FlowColumn& column, const float* factors) {
  addTo(sums, touched, column, factors);
}

/// Of the rows of one block: what is above the cutoff goes to the drafts' ends, and all is counted and summed.
void collectPlain(const float* sums, std::uint32_t row, float above, Neighbour* const* out, std::uint32_t* kept,
                  float* entries, float* totals) {
  for (std::uint32_t r = 0; r < block; ++r, sums += width)
    for (std::size_t c = 0; c < width; ++c) {
      totals[c] += sums[c];
      entries[c] += sums[c] > 0 ? 1.0F : 0.0F;
      if (sums[c] > above) out[c][kept[c]++] = {row + r, sums[c]};
    }
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void addAvx2(float* sums, std::uint8_t* touched, const FlowColumn& column,
                                         const float* factors) {
  addTo(sums, touched, column, factors);
}

[[gnu::target("avx2,fma")]] void collectAvx2(const float* sums, std::uint32_t row, float above, Neighbour* const* out,
                                             std::uint32_t* kept, float* entries, float* totals) {
  const __m256 cut = _mm256_set1_ps(above), one = _mm256_set1_ps(1), zero = _mm256_setzero_ps();
  for (std::size_t half = 0; half < width; half += 8) {
    __m256 total = _mm256_loadu_ps(totals + half), count = _mm256_loadu_ps(entries + half);
    const float* values = sums + half;
    for (std::uint32_t r = 0; r < block; ++r, values += width) {
      const __m256 v = _mm256_loadu_ps(values);
      total = _mm256_add_ps(total, v);
      count = _mm256_add_ps(count, _mm256_and_ps(_mm256_cmp_ps(v, zero, _CMP_GT_OQ), one));
      auto which = static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(v, cut, _CMP_GT_OQ)));
      for (; which != 0; which &= which - 1) {
        const auto c = static_cast<std::size_t>(__builtin_ctz(which));
        out[half + c][kept[half + c]++] = {row + r, values[c]};
      }
    }
    _mm256_storeu_ps(totals + half, total);
    _mm256_storeu_ps(entries + half, count);
  }
}
#endif

struct Kernels {
  decltype(&addPlain) add = addPlain;
  decltype(&collectPlain) collect = collectPlain;
};

const Kernels& kernels() {
  static const Kernels chosen = [] {
    Kernels k;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) k = {addAvx2, collectAvx2};

#endif
    return k;
  }();
  return chosen;
}

} // namespace

PanelWork::PanelWork(std::int64_t nodes, const MarkovOptions& options)
    : options_(options), sums_((static_cast<std::size_t>(nodes) + block) / block * block * width),
      touched_(sums_.size() / width / block), low_(static_cast<std::uint32_t>(touched_.size())),
      place_(static_cast<std::size_t>(nodes)) {}

void PanelWork::add(const FlowColumn& column, std::size_t needed) {
  if (column.count == 0) return;
  low_ = std::min(low_, column.entries[0].node / block);
  high_ = std::max(high_, column.last / block + 1);
  kernels().add(sums_.data(), touched_.data(), column, factors_.data() + width * needed);
}

void PanelWork::finish(std::size_t columns) {
  std::array<Neighbour*, width> out{};
  std::array<std::uint32_t, width> kept{};
  std::array<float, width> entries{}, totals{};
  std::uint32_t blocks = 0;
  for (std::uint32_t b = low_; b < high_; ++b)
    blocks += touched_[b];
  for (std::size_t c = 0; c < width; ++c) {
    drafts_[c].clear();
    out[c] = drafts_[c].room(std::size_t{blocks} * block);
  }
  const auto above = static_cast<float>(options_.cutoff);
  for (std::uint32_t b = low_; b < high_; ++b)
    if (touched_[b] != 0)
      kernels().collect(sums_.data() + std::size_t{b} * block * width, b * block, above, out.data(), kept.data(),
                        entries.data(), totals.data());
  for (std::size_t c = 0; c < columns; ++c) {
    ColumnDraft& draft = drafts_[c];
    draft.extend(kept[c]);
    if (!draft.prune(options_, static_cast<std::size_t>(entries[c]), static_cast<double>(totals[c]))) {
      recollect(c);
      draft.recover(options_);
    }
    chaos_[c] = draft.inflate(options_.inflation);
  }
  for (std::uint32_t b = low_; b < high_; ++b)
    if (touched_[b] != 0) std::memset(sums_.data() + std::size_t{b} * block * width, 0, block * width * sizeof(float));
  if (low_ < high_) std::memset(touched_.data() + low_, 0, high_ - low_);
  low_ = static_cast<std::uint32_t>(touched_.size());
  high_ = 0;
}

void PanelWork::recollect(std::size_t c) {
  ColumnDraft& draft = drafts_[c];
  draft.clear();
  for (std::uint32_t b = low_; b < high_; ++b) {
    if (touched_[b] == 0) continue;
    Neighbour* out = draft.room(block);
    std::size_t kept = 0;
    for (std::uint32_t row = b * block; row < (b + 1) * block; ++row)
      if (const float v = sums_[std::size_t{row} * width + c]; v > 0) out[kept++] = {row, v};
    draft.extend(kept);
  }
}

void PanelWork::finishDense(std::span<const float> values, std::size_t rows, std::size_t stride, std::size_t columns) {
  const auto above = static_cast<float>(options_.cutoff);
  for (std::size_t c = 0; c < columns; ++c) {
    ColumnDraft& draft = drafts_[c];
    const auto collect = [&](float least) {
      const auto column = values.subspan(c * stride, rows);
      draft.clear();
      Neighbour* out = draft.room(rows);
      std::size_t kept = 0, entries = 0;
      float total = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        const float v = column[i];
        out[kept] = {static_cast<std::uint32_t>(i), v};
        kept += v > least ? 1 : 0;
        entries += v > 0 ? 1 : 0;
        total += v;
      }
      draft.extend(kept);
      return std::pair{entries, static_cast<double>(total)};
    };
    const auto [entries, total] = collect(above);
    if (!draft.prune(options_, entries, total)) {
      collect(0);
      draft.recover(options_);
    }
    chaos_[c] = draft.inflate(options_.inflation);
  }
}

} // namespace discern::methods
