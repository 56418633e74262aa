"""The numbers that the book computes with: none of them changes unnoticed.

Whoever publishes or measures new ones puts the new checksum here: `sha256sum emergence/data/*`.
"""

import hashlib
from importlib.resources import files

import pytest

CHECKSUMS = {
    "abilities_traces.csv": "b5b6caec14ca00fd6aaa8ddd6bb516497e2b58928bd55975cc46fe11084628d0",
    "chinchilla_constants.csv": "ef388ec660df95f4babb3682de480b99e8a6cb9c3f2e360d3acb34caf48e92d0",
    "collapse.csv": "6c10f723f80d8d6dca82576a2bc05bf174bf8846d49f0d29759cd8ccd3715460",
    "elementary_rules.csv": "b476de05915b4bf7890c226add692b43661a00c2e812b649e43074c85a86b90e",
    "grokking.csv": "b09bdd9a6e8193ede248c733c4580e407ad8d69ced17098a75b48199b7ad3dc4",
    "instructions_traces.csv": "0f098f577b2daf5bfe99d185300f03aaf2e3e433852d7a9dc80a0368f0c19b1f",
    "interventions.json": "e76a9dba5a278375111ac391936cc668bb734acde0ecb9f547b32d0a7ac2ae0a",
    "interventions_abilities.csv": "a7727f8bfc15f125c2d67dbb052d23720558f8cd283b45374ecf343e169dc5f2",
    "interventions_instructions.csv": "62afad0395ecbf0ff600b39ff4552bc411b43791b2c46df375c413ccba26d134",
    "interventions_parts.csv": "65bc9aa55deb475a4384b0f18066e3f8068c9007987a9fae23b25b52a014a34f",
    "interventions_questions.csv": "50433eadda5deba1ba9a3161df22839f3a98d9f4730640fa9a0d226886bd6a7d",
    "interventions_runs.csv": "63b458293e933e4c96638ac21074afc623b59f6ef329c34cc0dfd5b541919c76",
    "interventions_singles.csv": "60a7f2ca7bb7c18c3ff9e1639c27a78f803437eeb95be6ae71a0e55841df3481",
    "ising_scaling.csv": "d525013db2f7b2b377e3a28b780168b0d5380c84ee47a4d7d4cccc3e755a1e5c",
    "ising_states.csv": "182c6d76afbf3e9058e2508cab97c04b4e3b60e0fab293f4c0772f44ab90f3db",
    "learning_rates.csv": "d0617e037aeead5c8d96ed0195a60e5ab687ce55062483608e6ca406465d6a3c",
    "percolation.csv": "7391b7875ed6f9abb765cb52025d5170ee75674b66e98debc2848308efcc1566",
    "pile_models.csv": "c17cbc50cdca79f5628d3f8d0db662bd026be4b691c62bc5694292dc77dbbeca",
    "pythia_shapes.csv": "2e77005f1361c6006b65c7769224963e50870d9f7642dfd3ddbb483899c978a4",
    "real_model.json": "41cd9161d552778e5d4cb426a0cf5eaa14622379f6df2616ca3c46dfcbe371fc",
    "real_model_copying.csv": "56e198ac3e023ce6d97c0d0b9256987bc62abd6d2ec19cd7e63f38e0787b08f0",
    "real_model_hits.csv": "6ed9883fe3e401536f6ef6755ccc7cd1e25a7cd7317f6a8e615606316e589e46",
    "real_model_iterated.csv": "04d6d3308d8958a7d7519a52b55b81dcdee88d9800012361d7c8d8ae64285451",
    "real_model_jacobians.csv": "069afd891a4e26443267facaca351dc17eaca7d1aa7ae11ddf25f77ea84db09d",
    "real_model_noise.csv": "95b9947e3579cde1f10363231d32f7456c62df9e9283bae9480aa027e0ec58e1",
    "real_model_pairs.csv": "bba32a4524e47dff22c7a218684cfd7e7bcb98acf0b8e74e38b96668defcad9c",
    "real_model_positions.csv": "b721fd9f0f6757b63d50b7880ac2a1dbeaa79f29fd03885171c8c9532b137c2f",
    "real_model_spectra.csv": "be8e5c6d87896a68495249f35448104a017680d0abb80fa52dd7bad06fc8b277",
    "real_model_stream.csv": "9ad41fa9c197663e6be35aa20ad2994b220a2d20b9a2e502d2e6aeaa503eb86e",
    "real_model_surgery.csv": "66582af09fefef2cc81101bc44caa12b0e1836deba82f56db85cd725902ff952",
    "traces.json": "52fd165196027e44ed3886d03886eec90212da6064af9197a610b89887056530",
    "trained_blocks.csv": "088f5d2f17d0e3574d83cc3665efe73732bf1238f90c862b5669b94ccd2b3701",
    "trained_blocks.json": "a4c23b589bfcff12e2c855da8c3d18a06f8594b8c8f530a75cb33e731c58d9ce",
    "trained_outputs.csv": "0d2d36a5a4284e6a70e14d9b1144c55a33d5b2379183f6500c339bb27ce1ac5a",
    "trained_outputs.json": "7883e1c77ace26a320a4c2610cd1ba6c0ba3021c3b2faabe943ac5e6944eeb88",
}


@pytest.mark.parametrize(("name", "checksum"), CHECKSUMS.items())
def test_no_number_has_changed(name, checksum):
    assert hashlib.sha256((files("emergence") / "data" / name).read_bytes()).hexdigest() == checksum


def test_every_file_has_a_checksum():
    assert {file.name for file in (files("emergence") / "data").iterdir()} == {"README.md", *CHECKSUMS}
