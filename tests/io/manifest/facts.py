"""What the notes of MANIFEST.md, or a table beside the file, say of files whose column "opens as" tells nothing of their
content (the peer saw only bytes or lines): path → a test of what discern-run says (program.Opened).
"""


def rows(count, columns=None, name=None):
    """There is a table of so many rows, and of at least so many columns."""
    return lambda o: any(t["rows"] == count and len(t["columns"]) >= (columns or 1) and name in (None, t["name"]) for t in o.tables)


def columns(*names):
    return lambda o: any(set(names) <= set(t["columns"]) for t in o.tables)


def grid(points, cells):
    return lambda o: any((g["points"], g["cells"]) == (points, cells) for g in o.grids)


def field(name, *shape):
    return lambda o: any(f["name"] == name and f["shape"][:len(shape)] == list(shape) for f in o.fields)


def every(*tests):
    return lambda o: all(test(o) for test in tests)


STAMPS = every(*(field(f"cutout{kind}.stampData", 63, 63) for kind in ("Science", "Template", "Difference")))

FACTS = {
    "02_climate/climatenet_kaggle_train.csv.zip": every(rows(44760, 21), columns("Label", "lat", "lon", "TMQ")),
    "02_climate/hurdat2_2021_2022_atlantic.txt": columns("storm", "latitude", "wind"),
    "03_sky/braai_893215910715010007.json": every(STAMPS, columns("objectId", "candidate.rb"), rows(86)),
    "03_sky/sep_image.cat": rows(65),
    "03_sky/ztf_alert_472263571115115000.avro": every(STAMPS, columns("objectId", "candidate.rb")),
    "04_cosmology/corrfunc_Mr19_mock_northonly.rdcz.ff": columns("ra", "dec", "cz"),
    "04_cosmology/disperse_simu_32_id.gad": grid(32768, 32768),
    "05_amr_unstructured/amrex_plt1_Y/Header": lambda o: (o.grids[0]["levels"], o.grids[0]["blocks"]) == (3, 73),
    "05_amr_unstructured/OpenFOAM.zip": lambda o: any(f["time"]["size"] == 6 and f["components"] == 3 for f in o.fields),
    "05_amr_unstructured/cylinder_Re35/cylinder_Re35.case": lambda o: len(o.grids) == 1 and len(o.fields) >= 3,
    "05_amr_unstructured/nek5000/eddy_uv.nek5000": lambda o: any(f["time"]["size"] == 11 for f in o.fields),
    "06_materials/cgcnn_sample-regression/atom_init.json": rows(100, 93),
    "07_agri_hyperspectral/NIRsoil.RData": every(rows(825, 704), field("NIRsoil$spc", 700, 825)),
    "07_agri_hyperspectral/cleveland.soil.txt": rows(8641, 5),
    "07_agri_hyperspectral/gartner.corn.txt": rows(4949, 8),
    "07_agri_hyperspectral/lasrosas.corn.txt": rows(3443, 9),
    "07_agri_hyperspectral/meuse.grid.rda": rows(3103, 7),
    "07_agri_hyperspectral/meuse.rda": rows(155, 14),
    "08_irf_interactions/imports85.rda": rows(205, 26),
    "08_irf_interactions/mlbench_DNA.rda": rows(3186, 181),
    "09_protein_networks/orthofinder4_graph.txt": lambda o: o.grids[0]["points"] == 2733,
    "09_protein_networks/proteins.mci": lambda o: o.grids[0]["points"] == 312,
    "09_protein_networks/yeast_ppi.rda": every(grid(2617, 11855), columns("node", "Class"), columns("Confidence")),
    "10_sensors/nab_combined_windows.json": columns("key", "value 1", "value 2", "value 1 (time)"),
    "10_sensors/reddyproc_Example_DETha98.txt": rows(17520, 12),
    "12_causality/sachs.2005.continuous.txt": rows(7466, 11),
    "12_causality/tuebingen_pairwise_data.zip": lambda o: sum(t["name"].startswith("data/pair") for t in o.tables) >= 100,
    "13_metagenome/bandage_test.fastg": lambda o: len(o.grids) == 1,
    "14_spurious/dslabs_divorce_margarine.rda": rows(10, 3),
}
