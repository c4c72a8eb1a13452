# ---
# title: A
# jupyter:
#   kernelspec: {name: python3}
# input: a.csv
# inputs: [../secret.csv]
# timeout_seconds: 0
# ---

# %%
x = 1
