// FITS, in a library of its own: CFITSIO brings curl and what that needs.
#include "fits_file.h"
#include "fits_image.h"
#include "fits_table.h"
#include "healpix.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/module.h"

#include <set>

namespace discern::io {

namespace {

constexpr int mostUnits = 1000;                  ///< header and data units that are looked at
constexpr std::int64_t mostInflated = 400 << 20; ///< of a gzip file, which is kept in memory

void addAttributes(const FitsFile& fits, data::DatasetInfo& dataset) {
  for (const char* key :
       {"OBJECT", "TELESCOP", "INSTRUME", "OBSERVER", "DATE-OBS", "FILTER", "EXPTIME", "ORIGIN", "RADESYS", "EQUINOX"})
    if (!dataset.attributes.contains(key))
      if (const auto text = fits.text(key); text && !text->empty()) dataset.attributes[key] = *text;
}

class Units {
public:
  explicit Units(std::shared_ptr<const FitsFile> fits) : fits_(std::move(fits)) {
    dataset_.path = fits_->path();
    dataset_.format = "FITS";
    dataset_.alone = true;
  }

  std::shared_ptr<data::Dataset> read() {
    for (int hdu = 1; hdu <= mostUnits && fits_->select(hdu); ++hdu) {
      try {
        add(hdu);
      } catch (const data::ReadError& error) {
        // A damaged unit does not take the whole ones with it.
        std::string problem = error.what();
        if (problem.starts_with(fits_->path() + ": ")) problem.erase(0, fits_->path().size() + 2);
        problems_.push_back("HDU " + std::to_string(hdu) + " is left out: " + problem + ".");
      }
    }
    if (fields_.empty() && tables_.empty() && grids_.empty()) {
      problems_.insert(problems_.end(), dataset_.warnings.begin(), dataset_.warnings.end());
      throw data::ReadError(fits_->path(), "the FITS file has no image and no table that can be read" +
                                               (problems_.empty() ? "" : ": " + problems_.front()));
    }
    dataset_.warnings.insert(dataset_.warnings.end(), problems_.begin(), problems_.end());
    return std::make_shared<FieldsDataset>(std::move(dataset_), std::move(fields_), std::move(tables_),
                                           std::move(grids_));
  }

private:
  void add(int hdu) {
    int status = 0, type = 0;
    fits_get_hdu_type(fits_->get(), &type, &status);
    fits_->must(status, "its kind can't be told");
    addAttributes(*fits_, dataset_);
    if (fits_->text("GROUPS").value_or("F") == "T" && fits_->whole("NAXIS1").value_or(1) == 0) {
      dataset_.warnings.push_back("HDU " + std::to_string(hdu) + " holds random groups, which are not read.");
      return;
    }
    std::string own = fits_->text("EXTNAME").value_or("");
    if (own.empty()) own = type != IMAGE_HDU ? "table" : hdu == 1 ? "image" : "image " + std::to_string(hdu);
    std::string name = own;
    for (int k = 2; names_.contains(name); ++k)
      name = own + " (" + std::to_string(k) + ")";
    if (type == IMAGE_HDU) {
      if (auto field = fitsImage(fits_, hdu, name, dataset_)) {
        fields_.push_back(std::move(field));
        names_.insert(name);
      }
      return;
    }
    if (type == BINARY_TBL && isHealpix(*fits_))
      addHealpix(fits_, hdu, name, fields_, grids_, dataset_);
    else
      tables_.push_back(fitsTable(*fits_, name, dataset_.warnings));
    names_.insert(name);
  }

  std::shared_ptr<const FitsFile> fits_;
  data::DatasetInfo dataset_;
  FieldsDataset::Fields fields_;
  FieldsDataset::Grids grids_;
  std::vector<data::Table> tables_;
  std::vector<std::string> problems_;
  std::set<std::string> names_;
};

std::shared_ptr<data::Dataset> openFits(const Candidate& candidate) {
  auto inflated = candidate.gzip ? candidate.content(mostInflated) : std::vector<std::byte>();
  const auto lock = lockFits();
  return Units(candidate.gzip ? std::make_shared<const FitsFile>(candidate.file, std::move(inflated))
                              : std::make_shared<const FitsFile>(candidate.file))
      .read();
}

} // namespace

} // namespace discern::io

DISCERN_READER_ENTRY(discernOpenFits, discern::io::Candidate, discern::io::openFits)
